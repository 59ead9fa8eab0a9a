import { dockerDriver } from '@cloud/driver-docker';
import type { EngineSocket } from './bare-http.js';

/** Our driver, connected as a program would connect it. */
export function ourDocker({ socketPath }: EngineSocket) {
  return dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(`docker://${socketPath}`)));
}
