import { type DefinedDriver, defineDriver } from '../driver-kit/define-driver.js';
import type { DriverImplementation } from '../driver-kit/implementation.js';
import { ContainerError } from '../errors/container-error.js';
import { imageFromReference } from '../reference/image-from-reference.js';
import type { Capabilities } from '../types/capabilities.js';
import type { Container } from '../types/container.js';
import { FULL_DEPLOY_CAPABILITIES } from '../types/deploy-capabilities.js';

export const tinyCapabilities: Capabilities = {
  groups: [],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  imageIds: true,
  destroy: 'immediate',
  deploy: FULL_DEPLOY_CAPABILITIES,
  logs: { streams: 'separate', timestamps: 'none', emptyLines: true },
  run: { stdin: false },
  stop: { gracePerCall: true },
};

export function tinyContainer(more: Partial<Container> = {}): Container {
  return {
    id: 'c1',
    name: 'one',
    image: imageFromReference('app'),
    state: 'running',
    provider: 'tiny',
    ipAddresses: [],
    endpoints: [],
    labels: {},
    ...more,
  };
}

/** A driver that answers at once with the same container; give other functions for what a test is about. */
export function tinyDriver(more: Partial<DriverImplementation> = {}): DefinedDriver {
  const container = async () => tinyContainer();
  return defineDriver({
    provider: 'tiny',
    capabilities: tinyCapabilities,
    mapError: (error, operation) =>
      new ContainerError('internal', `${operation} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error }),
    ping: async () => ({ provider: 'tiny' }),
    async *listContainers() {
      yield [tinyContainer()];
    },
    deployContainer: container,
    getContainer: container,
    startContainer: container,
    stopContainer: container,
    restartContainer: container,
    destroyContainer: async () => {},
    waitForContainer: container,
    async *logEntries() {
      yield [{ stream: 'stdout' as const, message: 'hello' }];
    },
    async *logBytes() {
      yield Buffer.from('hello\n');
    },
    ...more,
  });
}
