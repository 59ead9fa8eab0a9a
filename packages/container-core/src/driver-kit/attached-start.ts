import type { CallOptions } from '../types/call-options.js';
import type { ContainerRef } from '../types/container.js';
import type { ExecProcess } from '../types/exec.js';
import type { DriverImplementation } from './implementation.js';
import type { Operations } from './operations.js';
import { idOf } from './validate/names.js';

/** Under which a driver that the kit made starts a container attached; the same in every loaded copy of this package. */
const START_ATTACHED = Symbol.for('@cloud/container-core/startAttached');

/** Starts a container that was deployed with `openingStdin`, connected to its three streams. */
export type StartAttached = (container: ContainerRef, options: CallOptions) => Promise<ExecProcess>;

/** The member by which `run()` finds an implementation's `startAttached`; none where the driver has none. */
export function attachedStartMember({ startAttached }: DriverImplementation, operations: Operations): object {
  if (startAttached === undefined) return {};
  const start: StartAttached = (container, options) =>
    operations.exec('run', options, (refuse) => idOf(refuse, 'container', container), startAttached);
  return { [START_ATTACHED]: start };
}

/** How a driver starts a container attached; `undefined` where it cannot. */
export function attachedStart(driver: object): StartAttached | undefined {
  return (driver as { readonly [START_ATTACHED]?: StartAttached })[START_ATTACHED];
}
