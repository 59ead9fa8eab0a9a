import { type DriverFactory, lazyModule } from '@cloud/container-core';
import { ECS_CAPABILITIES } from './capabilities.js';
import type { EcsDriver } from './ecs-driver.js';
import type { EcsOptions } from './options.js';
import { optionsFromUrl } from './options-from-url.js';

const driverModule = lazyModule(() => import('./driver.js'));

/**
 * Makes drivers for Amazon ECS, with images in Amazon ECR.
 *
 * ```ts
 * const registry = createDriverRegistry({ ecs: ecsDriver });
 * const ecs = await registry.connect('ecs', { region: 'us-east-1', cluster: 'prod', executionRoleArn });
 * ```
 *
 * Only what reads URLs is loaded with this package, the driver with the first connection, and the AWS SDK with the first call that needs it.
 */
export const ecsDriver: DriverFactory<EcsOptions, EcsDriver> = {
  specificationVersion: 'v1',
  provider: 'ecs',
  capabilities: ECS_CAPABILITIES,
  optionsFromUrl,
  connect: async (options) => (await driverModule()).createEcsDriver(options),
};
