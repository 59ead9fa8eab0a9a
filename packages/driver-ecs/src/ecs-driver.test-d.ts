import { type Container, type ContainerDriver, createDriverRegistry, type DeployOptions, supports } from '@cloud/container-core';
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

it('checks providerOptions.ecs', () => {
  const deploy = (providerOptions: DeployOptions['providerOptions']) => ({ image: 'nginx', providerOptions });
  deploy({ ecs: { launchType: 'EC2', subnets: ['subnet-a'] } satisfies EcsDeployOptions });
  // @ts-expect-error no such launch type
  deploy({ ecs: { launchType: 'MOON' } });
  // @ts-expect-error no such option
  deploy({ ecs: { lanchType: 'EC2' } });
});

it('is narrowed by supports()', async () => {
  const driver: ContainerDriver = await ecsDriver.connect({});
  if (supports(driver, 'services')) expectTypeOf(driver.deployService).toBeFunction();
});
