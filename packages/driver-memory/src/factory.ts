import { type ContainerDriver, ContainerError, type DriverFactory, type ImagesGroup, lazyModule } from '@cloud/container-core';
import { type AllGroups, refusal } from '@cloud/container-core/driver-kit';
import { engineCapabilities } from './capabilities.js';
import { EmbeddedEngine } from './engine/memory-engine.js';
import { checkFailures } from './failures.js';
import { checkOptions, type MemoryOptions, optionsFromUrl } from './options.js';

const driverModule = lazyModule(() => import('./driver.js'));

/** A driver of the embedded engine. Which of `clusters` and `exec` it has depends on the profile; ask with `supports()`. */
export type MemoryDriver = ContainerDriver & ImagesGroup;

/**
 * Connects to an embedded engine: containers are JavaScript programs in this process, with no isolation.
 *
 * For unit tests, demonstrations and developing without an engine. `memory:` behaves as a Docker engine does,
 * `memory:?profile=tasks` as Amazon ECS.
 *
 * ```ts
 * const driver = await memoryDriver.connect({ images: { greet: ({ args, stdout }) => void stdout.write(`hello ${args[0]}\n`) } });
 * await driver.deployContainer({ image: 'greet', command: ['greet', 'world'] });
 * ```
 */
export const memoryDriver: DriverFactory<MemoryOptions, MemoryDriver> = {
  specificationVersion: 'v1',
  provider: 'memory',
  capabilities: engineCapabilities,
  optionsFromUrl,
  connect: async (given) => {
    const options = checkOptions(given);
    const engine = options.engine ?? new EmbeddedEngine(options);
    if (!(engine instanceof EmbeddedEngine)) {
      throw new ContainerError('invalid-argument', 'engine must come from createMemoryEngine of this copy of @cloud/driver-memory.', {
        provider: 'memory',
        operation: 'connect',
      });
    }
    const { createMemoryDriver } = await driverModule();
    const driver = createMemoryDriver(engine, options, options.engine === undefined) satisfies AllGroups;
    checkFailures(refusal('memory', 'connect'), options.failures, driver);
    return driver;
  },
};
