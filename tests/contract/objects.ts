import * as core from '@cloud/container-core';
import { type CapabilityGroup, type ContainerDriver, createDriverRegistry, type DriverFactory, supports } from '@cloud/container-core';
import { GROUP_CALLS } from '@cloud/container-core/driver-kit';
import * as utils from '@cloud/docker-utils';
import * as docker from '@cloud/driver-docker';
import * as ecs from '@cloud/driver-ecs';
import * as memory from '@cloud/driver-memory';
import type { PublicCall } from './public-calls.js';

/** The packages as a program imports them. */
export const PACKAGES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@cloud/container-core': core,
  '@cloud/docker-utils': utils,
  '@cloud/driver-docker': docker,
  '@cloud/driver-ecs': ecs,
  '@cloud/driver-memory': memory,
};

/** An object whose methods are called, and the provider that it is connected to. */
export interface CalledObject {
  readonly title: string;
  readonly value: object;
  readonly provider?: string;
}

/** Drivers and clients that lead to an address at which nothing may arrive. */
export async function makeObjects(address: string) {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' };
  const drivers: ContainerDriver[] = [
    await memory.memoryDriver.connect({}),
    await memory.memoryDriver.connect({ profile: 'tasks' }),
    await docker.dockerDriver.connect({ host: `tcp://${address}` }),
    await docker.podmanDriver.connect({ host: `tcp://${address}` }),
    await ecs.ecsDriver.connect({ region: 'us-east-1', endpoint: `http://${address}`, credentials }),
  ];
  const [engine] = drivers;
  if (engine === undefined) throw new Error('There is no driver.');
  const container = await engine.deployContainer({ image: 'busybox', command: ['sleep', '600'] });
  if (!supports(engine, 'exec')) throw new Error('The memory engine has no exec.');
  const process = await engine.execContainer(container, ['sleep', '600']);
  process.exit.catch(() => undefined);

  const of = (...providers: string[]): CalledObject[] =>
    drivers
      .filter(({ provider }) => providers.includes(provider))
      .map((value) => ({ title: value.provider, value, provider: value.provider }));
  const having = (group: CapabilityGroup): CalledObject[] =>
    drivers.filter((driver) => supports(driver, group)).map((value) => ({ title: value.provider, value, provider: value.provider }));
  const one = (value: object): CalledObject[] => [{ title: value.constructor.name, value }];

  const byType: Readonly<Record<string, readonly CalledObject[]>> = {
    ContainerDriver: of('memory', 'docker', 'podman', 'ecs'),
    MemoryDriver: of('memory'),
    DockerDriver: of('docker', 'podman'),
    DockerOnlyCalls: of('docker', 'podman'),
    EcsDriver: of('ecs'),
    EcsImagesGroup: of('ecs'),
    ...Object.fromEntries(
      (Object.keys(GROUP_CALLS) as CapabilityGroup[]).map((group) => [`${group[0]?.toUpperCase()}${group.slice(1)}Group`, having(group)]),
    ),
    DriverRegistry: one(createDriverRegistry({ memory: memory.memoryDriver })),
    ExecProcess: one(process),
    MemoryEngine: one(memory.createMemoryEngine()),
    RegistryClient: one(new utils.RegistryClient(address)),
    HubClient: one(new utils.HubClient({ url: `http://${address}` })),
    Keychain: one(new utils.Keychain()),
    CredentialSource: one(new utils.Keychain()),
  };

  return {
    driver: engine,
    /** The objects to make a call on. */
    for: (call: PublicCall): readonly CalledObject[] => {
      const exported = PACKAGES[call.package]?.[call.owner];
      if (call.kind === 'function' || call.kind === 'constructor') return [{ title: call.owner, value: { [call.owner]: exported } }];
      if (call.kind === 'method of an export') {
        const factory = exported as DriverFactory;
        const { provider } = factory;
        // The options of a connection go through a registry of drivers as well.
        const throughRegistry = { connect: (options: object) => createDriverRegistry({ driver: factory }).connect('driver', options) };
        return [
          { title: call.owner, value: factory, provider },
          ...(call.method === 'connect' ? [{ title: `a registry with ${call.owner}`, value: throughRegistry, provider }] : []),
        ];
      }
      const found = byType[call.owner];
      if (found === undefined || found.length === 0)
        throw new Error(`No object of the type ${call.owner}. Add one to tests/contract/objects.ts.`);
      return found;
    },
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close()));
    },
  };
}
