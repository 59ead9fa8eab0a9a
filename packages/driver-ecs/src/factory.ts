import { type DriverFactory, SPECIFICATION_VERSION } from '@cloud/container-core';
import { ECS_CAPABILITIES } from './capabilities.js';
import { checkOptions } from './check-options.js';
import { createEcsDriver, type EcsDriver } from './driver.js';
import type { EcsOptions } from './options.js';
import { optionsFromUrl } from './options-from-url.js';

/**
 * Makes drivers for Amazon ECS, with images in Amazon ECR.
 *
 * ```ts
 * const registry = createDriverRegistry({ ecs: ecsDriver });
 * const ecs = await registry.connect('ecs', { region: 'us-east-1', cluster: 'prod', executionRoleArn });
 * ```
 *
 * The AWS SDK is loaded with the first call that needs it, not before.
 */
export const ecsDriver: DriverFactory<EcsOptions, EcsDriver> = {
  specificationVersion: SPECIFICATION_VERSION,
  provider: 'ecs',
  capabilities: ECS_CAPABILITIES,
  optionsFromUrl,
  connect: async (options) => {
    checkOptions(options);
    return createEcsDriver(options);
  },
};
