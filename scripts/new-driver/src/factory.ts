import type { ContainerDriver, DriverFactory } from '@cloud/container-core';
import { acmeCapabilities } from './capabilities.js';
import { createAcmeDriver } from './driver.js';
import { type AcmeOptions, checkOptions, optionsFromUrl } from './options.js';

/**
 * Connects to Acme; no request is sent before the first call.
 *
 * ```ts
 * const driver = await acmeDriver.connect({});
 * ```
 */
export const acmeDriver: DriverFactory<AcmeOptions, ContainerDriver> = {
  specificationVersion: 'v1',
  provider: 'acme',
  capabilities: acmeCapabilities,
  optionsFromUrl,
  connect: async (options) => createAcmeDriver(checkOptions(options)),
};
