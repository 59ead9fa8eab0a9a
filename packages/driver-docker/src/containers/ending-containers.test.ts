import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerError } from '@cloud/container-core';
import { dockerEngine, podmanEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver, podmanDriver } from '../factory.js';

const [docker, podman] = [await dockerEngine(), await podmanEngine()];
afterAll(async () => {
  await docker.stop();
  await podman.stop();
});

const CONTAINERS = 36;
const AT_ONCE = 6;
const MAX_LIFE_MS = 150;

/** What may be said of a container that has ended, or that somebody else removes. */
const EXPECTED: ReadonlySet<string> = new Set(['not-found', 'precondition-failed', 'conflict']);

const engines = [
  { name: 'docker', engine: docker, driver: dockerDriver, image: 'busybox:latest' },
  // Podman loads a short name as one of localhost.
  { name: 'podman', engine: podman, driver: podmanDriver, image: 'localhost/busybox:latest' },
];

describe.each(engines)(
  'containers that end by themselves just then, on $name',
  ({ engine, driver: { connect, optionsFromUrl }, image }) => {
    it.skipIf(!engine.available)('are looked at without a failure, and none of them stays', async () => {
      await engine.get().loadBusybox();
      await using driver = await connect(optionsFromUrl(new URL(engine.get().url)));
      const surprises: string[] = [];
      const around = async (what: string, call: () => Promise<unknown>) => {
        await sleep(Math.random() * 2 * MAX_LIFE_MS);
        await call().catch((error: unknown) => {
          if (!ContainerError.isInstance(error) || !EXPECTED.has(error.code)) surprises.push(`${what}: ${error}`);
        });
      };
      const live = async () => {
        const life = (Math.random() * MAX_LIFE_MS) / 1000;
        const container = await driver.deployContainer({ image, command: ['sleep', life.toFixed(3)], pullPolicy: 'never' });
        await Promise.all([
          around('get', () => driver.getContainer(container)),
          around('list', async () => await driver.listContainers()),
          around('wait', () => driver.waitForContainer(container, { until: 'stopped' })),
          around('logs', async () => {
            for await (const _entry of driver.getContainerLogs(container, { follow: true }));
          }),
          around('destroy', () => driver.destroyContainer(container)),
        ]);
        const gone = await driver.getContainer(container).then(
          () => 'still there',
          ({ code }) => code,
        );
        if (gone !== 'not-found') surprises.push(`${container.name}: ${gone}`);
      };
      const several = async () => {
        for (let count = 0; count < CONTAINERS / AT_ONCE; count++) await live();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, several));
      expect(surprises).toEqual([]);
    });
  },
);

describe.skipIf(!docker.available)('containers that were destroyed while they started again, on docker', () => {
  it('are listed nowhere', async () => {
    await docker.get().loadBusybox();
    await using driver = await dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url)));
    const labels = { test: 'restarting' };
    const live = async () => {
      const container = await driver.deployContainer({ image: 'busybox:latest', command: ['sleep', '60'], labels, pullPolicy: 'never' });
      const restarts = Promise.allSettled([1, 2, 3].map(() => driver.restartContainer(container, { gracePeriodSeconds: 0 })));
      await sleep(Math.random() * 2 * MAX_LIFE_MS);
      await driver.destroyContainer(container);
      await restarts;
    };
    const several = async () => {
      for (let count = 0; count < CONTAINERS / AT_ONCE; count++) await live();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, several));
    expect((await driver.listContainers({ labels })).map(({ name, state }) => `${name} (${state})`)).toEqual([]);
  });
});
