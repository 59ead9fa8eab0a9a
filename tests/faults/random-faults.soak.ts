import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { memoryDriver } from '@cloud/driver-memory';
import { dockerEngine, registryEngine, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { startProxiedAws } from './support/aws.js';
import { driverAt, leftIn } from './support/engine.js';
import { startProxiedRegistry } from './support/proxied-registry.js';
import { seededRandom } from './support/random.js';
import { type SoakTarget, soak } from './support/soak.js';
import { soakedContainers } from './support/soak-containers.js';

const seed = Number(process.env['SOAK_SEED'] ?? randomInt(2 ** 31));
const seconds = Number(process.env['SOAK_SECONDS'] ?? 300);

const docker = await dockerEngine();
afterAll(docker.stop);
const registries = await registryEngine();
afterAll(registries.stop);

async function memoryTarget(): Promise<SoakTarget> {
  const driver = await memoryDriver.connect({});
  const containers = soakedContainers({ driver, direct: driver, image: 'busybox', job: ['true'], remaining: async () => [] });
  return { ...containers, [Symbol.asyncDispose]: () => driver.close() };
}

async function dockerTarget(): Promise<SoakTarget> {
  const engine = docker.get();
  const image = await engine.loadBusybox();
  const proxy = await startHttpFaultProxy({ target: engine.address, unixSocket: true });
  const [driver, direct] = [await driverAt(proxy.address), await driverAt(engine.address)];
  return {
    ...soakedContainers({ driver, direct, image, job: ['true'], remaining: () => leftIn(engine) }),
    proxy,
    [Symbol.asyncDispose]: async () => {
      await driver.close();
      await direct.close();
      await proxy.stop();
    },
  };
}

async function ecsTarget(): Promise<SoakTarget> {
  const aws = await startProxiedAws({
    run: ({ command, terminate }) =>
      new Promise((resolve) => {
        if (command?.[0] !== 'sleep') resolve(0);
        terminate.addEventListener('abort', () => resolve(143), { once: true });
      }),
  });
  const driver = await aws.connect();
  const direct = await aws.connect({ endpoint: aws.fake.endpoint });
  return {
    ...soakedContainers({ driver, direct, image: 'busybox', job: ['true'], remaining: () => aws.left() }),
    proxy: aws.proxy,
    [Symbol.asyncDispose]: async () => {
      await driver.close();
      await direct.close();
      await aws[Symbol.asyncDispose]();
    },
  };
}

async function registryTarget(): Promise<SoakTarget> {
  const registry = await startProxiedRegistry();
  const client = registry.client();
  const { repository, tag } = registry;
  const folder = await temporaryFolder();
  let pulls = 0;
  return {
    proxy: registry.proxy,
    operations: [
      { name: 'ping', run: (limits) => client.ping(limits) },
      { name: 'getManifest', run: (limits) => client.getManifest(repository, tag, limits) },
      {
        name: 'listTags',
        run: async (limits) => {
          for await (const _ of client.listTags(repository, limits));
        },
      },
      {
        name: 'pullImage',
        run: (limits) => {
          pulls += 1;
          return client.pullImage(repository, tag, { layout: join(folder, String(pulls)) }, limits);
        },
      },
    ],
    leftovers: async () => [],
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

const targets = [
  { name: 'the memory engine', available: true, start: memoryTarget },
  { name: 'Docker', available: docker.available, start: dockerTarget },
  { name: 'the fake of AWS', available: true, start: ecsTarget },
  { name: 'a registry', available: registries.available, start: registryTarget },
  // An engine that is not available has printed why.
].filter(({ available }) => available);

describe(`random faults for ${seconds} s (SOAK_SECONDS) with SOAK_SEED=${seed}`, () => {
  it.each(targets)(
    'keeps the promises of a call when requests to $name break at random',
    async ({ name, start }) => {
      await using target = await start();
      const { wrong, operations } = await soak(target, seededRandom(seed), performance.now() + (seconds * 1000) / targets.length);
      console.log(`${name}: ${operations} operations with SOAK_SEED=${seed}`);
      expect(wrong).toEqual([]);
    },
    seconds * 1000 + 300_000,
  );
});
