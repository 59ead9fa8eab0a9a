import { ecsDriver } from '@cloud/driver-ecs';
import { type AwsAddress, sdkSettings } from './aws.js';

/** Our driver, connected as a program would connect it. */
export function ourEcs(address: AwsAddress) {
  return ecsDriver.connect(sdkSettings(address));
}
