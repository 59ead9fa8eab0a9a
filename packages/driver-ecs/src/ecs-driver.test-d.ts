import { type Container, type ContainerDriver, createDriverRegistry, supports } from '@cloud/container-core';
import { expectTypeOf, it } from 'vitest';
import { type EcsDeployOptions, type EcsDriver, ecsDriver } from './index.js';

it('is typed by its name in a registry, with its groups and its own members', async () => {
  const registry = createDriverRegistry({ ecs: ecsDriver });
  const driver = await registry.connect('ecs', { region: 'us-east-1' });
  expectTypeOf(driver).toEqualTypeOf<EcsDriver>();
  expectTypeOf(driver).toExtend<ContainerDriver>();
  expectTypeOf(driver.runTaskDefinition('web', { count: 2 })).resolves.toEqualTypeOf<Container[]>();
  // @ts-expect-error exec is not declared
  driver.execContainer;
  // @ts-expect-error what is not an option
  await registry.connect('ecs', { nonsense: true });
});

it('checks provider options with satisfies', () => {
  const own = { launchType: 'EC2', subnets: ['subnet-a'] } satisfies EcsDeployOptions;
  expectTypeOf(own.launchType).toEqualTypeOf<'EC2'>();
  // @ts-expect-error no such launch type
  ({ launchType: 'MOON' }) satisfies EcsDeployOptions;
});

it('is narrowed by supports()', async () => {
  const driver: ContainerDriver = await ecsDriver.connect({});
  if (supports(driver, 'services')) expectTypeOf(driver.deployService).toBeFunction();
});
