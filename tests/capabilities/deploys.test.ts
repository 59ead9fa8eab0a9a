import { ECS } from '@aws-sdk/client-ecs';
import { startAwsFake } from '@cloud/aws-fake';
import type { ContainerDriver } from '@cloud/container-core';
import { dockerDriver, podmanDriver } from '@cloud/driver-docker';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';
import { memoryDriver } from '@cloud/driver-memory';
import { dockerEngine, freePort, motoEngine, podmanEngine } from '@cloud/test-engines';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { inventoryOf } from '../../packages/driver-docker/src/test-support/inventory.js';
import { optionsFor } from '../../packages/driver-ecs/src/test-support/connection.js';
import { motoOptions } from '../../packages/driver-ecs/src/test-support/moto-options.js';
import { declaredOptions, type Machine } from './declared-options.js';

const DEPLOYS = 20;

const docker = await dockerEngine();
const podman = await podmanEngine();
const moto = await motoEngine();
afterAll(() => Promise.all([docker.stop(), podman.stop(), moto.stop()]));

/** Deploys generated options and destroys what they made; a failure prints the seed and the options. */
async function deployGenerated(driver: ContainerDriver, machine: Machine = {}, image = 'busybox'): Promise<void> {
  const before = driver.capabilities;
  await driver.ping();
  expect(driver.capabilities).toMatchObject(before);
  const property = fc.asyncProperty(declaredOptions(driver.capabilities, machine), async (options) => {
    const container = await driver.deployContainer({ image, command: ['sleep', '600'], ...options });
    await driver.destroyContainer(container);
    await expect(driver.getContainer(container)).rejects.toMatchObject({ code: 'not-found' });
  });
  await fc.assert(property, { numRuns: DEPLOYS });
  expect(await driver.listContainers()).toEqual([]);
}

async function freePorts(): Promise<readonly number[]> {
  return [await freePort(), await freePort(), await freePort()];
}

describe('the embedded engine', () => {
  it.each(['memory:', 'memory:?profile=tasks'])('deploys generated options of %s and leaves nothing', async (url) => {
    await using driver = await memoryDriver.connect(memoryDriver.optionsFromUrl(new URL(url)));
    await deployGenerated(driver, { hostPorts: await freePorts() });
  });
});

/** The images of the test engines are for this machine, and no registry has them. */
const ENGINE: Machine = {
  platforms: ['linux/amd64'],
  bindSources: ['/tmp', '/etc'],
  hasRegistry: false,
  users: ['0', '1000', '1000:1000'],
  hostPorts: [20_001, 20_002, 20_003],
};

describe.skipIf(!docker.available)('Docker', () => {
  it('deploys generated options and leaves nothing', async () => {
    const before = await inventoryOf(docker.get().address);
    await using driver = await dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url)));
    await deployGenerated(driver, ENGINE);
    expect(await left(docker.get().address, before)).toEqual([]);
  });
});

describe.skipIf(!podman.available)('Podman', () => {
  it('deploys generated options and leaves nothing', async () => {
    const before = await inventoryOf(podman.get().address);
    await using driver = await podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url)));
    // Podman loads a short name as one of localhost.
    await deployGenerated(driver, ENGINE, 'localhost/busybox');
    expect(await left(podman.get().address, before)).toEqual([]);
  });
});

/** Named volumes stay: their data is their owner's. */
async function left(address: Parameters<typeof inventoryOf>[0], before: readonly string[]): Promise<readonly string[]> {
  return (await inventoryOf(address)).filter((name) => !before.includes(name) && name !== 'volume declared-volume');
}

describe('the strict fake of AWS', () => {
  it.each<readonly [string, EcsOptions]>([
    ['Fargate', {}],
    ['EC2', { launchType: 'EC2' }],
    ['EC2 with the network of the host', { launchType: 'EC2', networkMode: 'host' }],
    ['EC2 with network interfaces', { launchType: 'EC2', networkMode: 'awsvpc' }],
    ['EC2 without a network', { launchType: 'EC2', networkMode: 'none' }],
  ])('deploys generated options on %s and leaves nothing', async (_, launch) => {
    const fake = await startAwsFake({
      run: ({ terminate }) => new Promise((resolve) => terminate.addEventListener('abort', () => resolve(143), { once: true })),
    });
    const options = { ...optionsFor(fake), ...launch };
    try {
      await using driver = await ecsDriver.connect(options);
      await deployGenerated(driver);
      const { region, endpoint, credentials } = optionsFor(fake);
      const ecs = new ECS({ region, endpoint, credentials });
      expect((await ecs.listTaskDefinitions({ status: 'ACTIVE' })).taskDefinitionArns).toEqual([]);
      ecs.destroy();
    } finally {
      await fake.stop();
    }
  });
});

describe.skipIf(!moto.available)('moto', () => {
  it('deploys generated options and leaves nothing', async () => {
    await using driver = await ecsDriver.connect(await motoOptions(moto.get()));
    await deployGenerated(driver);
  });
});
