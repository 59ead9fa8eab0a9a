import { type DriverFactory, lazyModule } from '@cloud/container-core';
import { dockerCapabilities, podmanCapabilities } from './capabilities.js';
import type { DockerDriver } from './docker-driver.js';
import type { DockerOptions } from './options.js';
import { optionsFromUrl } from './options-from-url.js';

const driverModule = lazyModule(() => import('./driver.js'));

/**
 * Connects to a Docker engine, found as the docker CLI finds it unless told otherwise.
 *
 * ```ts
 * const driver = await dockerDriver.connect({});
 * console.log((await driver.ping()).version);
 * await driver.close();
 * ```
 *
 * Only what reads URLs is loaded with this package, the driver with the first connection.
 */
export const dockerDriver: DriverFactory<DockerOptions, DockerDriver> = {
  specificationVersion: 'v1',
  provider: 'docker',
  capabilities: dockerCapabilities,
  optionsFromUrl: (url) => optionsFromUrl('docker', url),
  connect: async (options) => (await driverModule()).connectDocker(options),
};

/**
 * Connects to podman: to a socket on which it listens, else to a service that this driver starts and ends with `close()`.
 *
 * ```ts
 * const driver = await podmanDriver.connect({});
 * ```
 */
export const podmanDriver: DriverFactory<DockerOptions, DockerDriver> = {
  specificationVersion: 'v1',
  provider: 'podman',
  capabilities: podmanCapabilities,
  optionsFromUrl: (url) => optionsFromUrl('podman', url),
  connect: async (options) => (await driverModule()).connectPodman(options),
};
