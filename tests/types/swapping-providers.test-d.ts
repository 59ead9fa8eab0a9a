import {
  type ContainerDriver,
  createDriverRegistry,
  type DeployOptions,
  type DeployServiceOptions,
  type ExecGroup,
  type ServicesGroup,
  supports,
} from '@cloud/container-core';
import type { DockerDriver, DockerOptions } from '@cloud/driver-docker';
import type { EcsDriver, EcsOptions } from '@cloud/driver-ecs';
import { type MemoryDriver, memoryDriver } from '@cloud/driver-memory';
import { expectTypeOf, test } from 'vitest';

const registry = createDriverRegistry({
  memory: memoryDriver,
  docker: () => import('@cloud/driver-docker').then((module) => module.dockerDriver),
  ecs: () => import('@cloud/driver-ecs').then((module) => module.ecsDriver),
});

test('connect knows the driver and its options by the name', () => {
  expectTypeOf(registry.connect('ecs', { region: 'eu-west-1', cluster: 'prod' })).resolves.toEqualTypeOf<EcsDriver>();
  expectTypeOf(registry.connect('docker', { host: 'unix:///x' })).resolves.toEqualTypeOf<DockerDriver>();
  expectTypeOf(registry.connect('memory', { profile: 'tasks' })).resolves.toEqualTypeOf<MemoryDriver>();
  // @ts-expect-error a region is a text
  void registry.connect('ecs', { region: 1 });
  // @ts-expect-error ECS has no host
  void registry.connect('ecs', { host: 'unix:///x' });
  // @ts-expect-error Docker has no region
  void registry.connect('docker', { region: 'eu-west-1' });
});

test('connect refuses misspelled drivers and options', () => {
  // @ts-expect-error a misspelled scheme
  void registry.connect('dokcer:');
  // @ts-expect-error a misspelled scheme with a transport
  void registry.connect('dokcer+ssh://user@host');
  // @ts-expect-error a misspelled option beside a URL
  void registry.connect('docker:', { hsot: 'unix:///x' });
  // @ts-expect-error a misspelled option beside a URL
  void registry.connect('ecs://eu-west-1/prod', { launchtype: 'EC2' });
  // @ts-expect-error a misspelled call in a failure to inject
  void registry.connect('memory:', { failures: [{ operation: 'deployContaner', code: 'capacity' }] });
});

test('connect knows the driver by the scheme of a URL', () => {
  expectTypeOf(registry.connect('ecs://eu-west-1/prod', { profile: 'work' })).resolves.toEqualTypeOf<EcsDriver>();
  expectTypeOf(registry.connect('docker+ssh://somebody@host')).resolves.toEqualTypeOf<DockerDriver>();
  expectTypeOf(registry.connect('memory:' as string)).resolves.toEqualTypeOf<ContainerDriver>();
});

test('every option may be left out, since every provider can be found', () => {
  expectTypeOf<Record<never, never>>().toExtend<EcsOptions>();
  expectTypeOf<Record<never, never>>().toExtend<DockerOptions>();
});

test('providerOptions are checked against the types of the imported drivers', () => {
  const deploy = (providerOptions: DeployOptions['providerOptions']) => ({ image: 'app', providerOptions });
  deploy({ docker: { network: 'backend', shmSizeMiB: 64 }, podman: { init: true }, ecs: { mirror: true } });
  deploy({ docker: { ulimits: [{ name: 'nofile', soft: 1, hard: 2 }] }, ecs: undefined });
  // @ts-expect-error a network is a string
  deploy({ docker: { network: 1 } });
  // @ts-expect-error functions are not data
  deploy({ docker: { network: () => 'x' } });
  // @ts-expect-error a misspelled option
  deploy({ docker: { netwrok: 'backend' } });
  // @ts-expect-error a misspelled option
  deploy({ podman: { hostnam: 'x' } });
  // @ts-expect-error a misspelled option
  deploy({ ecs: { mirrored: true } });
  // @ts-expect-error a misspelled nested key
  deploy({ docker: { ulimits: [{ name: 'nofile', sotf: 1, hard: 2 }] } });
  // @ts-expect-error a misspelled provider
  deploy({ dokcer: { network: 'backend' } });
  // @ts-expect-error the memory driver has no options of its own
  deploy({ memory: { network: 'backend' } });
  const variable = { dokcer: { network: 'backend' } };
  // @ts-expect-error a variable without any known provider
  deploy(variable);
  // @ts-expect-error a service takes the same
  ({ image: 'app', providerOptions: { dokcer: {} } }) satisfies DeployServiceOptions;
});

test('supports narrows to the calls of a group, and keeps what was known', () => {
  const driver = {} as ContainerDriver;
  expectTypeOf(driver).not.toHaveProperty('execContainer');
  if (supports(driver, 'exec')) expectTypeOf(driver).toExtend<ContainerDriver & ExecGroup>();
  if (supports(driver, 'exec') && supports(driver, 'services')) expectTypeOf(driver).toExtend<ExecGroup & ServicesGroup>();
  // @ts-expect-error there is no such group
  supports(driver, 'teleport');
});

test('a driver of one name has its own calls without a question', () => {
  expectTypeOf<DockerDriver>().toExtend<ExecGroup>();
  expectTypeOf<EcsDriver>().toExtend<ServicesGroup>();
  expectTypeOf<EcsDriver>().toHaveProperty('getRegistryClient');
});
