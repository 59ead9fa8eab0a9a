import type { ContainerRef, ExecProcess } from '@cloud/container-core';
import type { DefinedDriver } from '@cloud/container-core/driver-kit';
import { type BrokenDriver, deployingWithout } from './broken-driver.js';

/** By which `run()` finds how a driver starts a container attached. */
const START_ATTACHED = Symbol.for('@cloud/container-core/startAttached');

type Attaching = DefinedDriver & { readonly [START_ATTACHED]: (container: ContainerRef, options: object) => Promise<ExecProcess> };

export const brokenRuns: readonly BrokenDriver[] = [
  {
    does: 'deploys every container with a closed stdin',
    fails: { 'run.stdin': 'expected false to be true' },
    // A mark that is a symbol is no entry of the options.
    with: deployingWithout(),
  },
  {
    does: 'confuses stdout and stderr of an attached container',
    fails: { 'run.streams': 'expected false to be true' },
    with: (honest) => {
      const swapping = {
        [START_ATTACHED]: async (container: ContainerRef, options: object) => {
          const process = await (honest as Attaching)[START_ATTACHED](container, options);
          return { ...process, stdout: process.stderr, stderr: process.stdout };
        },
      };
      return swapping as Partial<DefinedDriver>;
    },
  },
];
