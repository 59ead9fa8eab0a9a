import { checkOptions } from './check-options.js';
import { createEcsDriver, type EcsDriver } from './driver.js';
import type { EcsOptions } from './options.js';

/** Makes a driver; no network I/O, and no part of the AWS SDK. */
export async function connect(options: EcsOptions): Promise<EcsDriver> {
  checkOptions(options);
  return createEcsDriver(options);
}
