import { type DriverFactory, SPECIFICATION_VERSION } from '@cloud/container-core';
import { dockerCapabilities } from './capabilities.js';
import { findDocker } from './connection/find-docker.js';
import { optionsFromUrl } from './connection/options-from-url.js';
import type { DockerDriver } from './docker-driver.js';
import { createDockerDriver } from './driver.js';
import type { DockerOptions } from './options.js';

/**
 * Connects to a Docker engine, found as the docker CLI finds it unless told otherwise.
 *
 * ```ts
 * const driver = await dockerDriver.connect({});
 * console.log((await driver.ping()).version);
 * await driver.close();
 * ```
 */
export const dockerDriver: DriverFactory<DockerOptions, DockerDriver> = {
  specificationVersion: SPECIFICATION_VERSION,
  provider: 'docker',
  capabilities: dockerCapabilities,
  optionsFromUrl: (url) => optionsFromUrl('docker', url),
  connect: async (options) => createDockerDriver('docker', await findDocker(options ?? {}), options ?? {}),
};
