import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryClient } from '@cloud/docker-utils';
import { dockerEngine, registryEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { runTypeScript } from '../../packages/test-engines/src/test-support/run-typescript.js';
import { containersOf, driverAt, leftIn } from './support/engine.js';
import { startProxiedRegistry } from './support/proxied-registry.js';

const docker = await dockerEngine();
afterAll(docker.stop);
const registries = await registryEngine();
afterAll(registries.stop);

describe('Our process killed in the middle: what it left can be found by its labels, and a second run removes or completes it', () => {
  it.skipIf(!docker.available)(
    'Docker driver: SIGKILL at random points of deploys; the next run adopts, completes and removes',
    async () => {
      const engine = docker.get();
      await engine.loadBusybox();
      process.env['FAULTS_ENGINE'] = `unix://${engine.socketPath}`;
      for (const delayMs of [0, 160, 330]) {
        {
          using program = runTypeScript(new URL('programs/deploy-until-killed.ts', import.meta.url));
          await program.firstLine;
          await sleep(delayMs);
        }
        const driver = await driverAt(engine.address);
        // Whatever it left: the same deploys again end in the same three containers, all running.
        const again = await Promise.all(
          [0, 1, 2].map((index) =>
            driver.deployContainer({
              image: 'busybox',
              command: ['sleep', '1000'],
              name: `killed-${index}`,
              idempotencyKey: `killed-${index}`,
              labels: { run: 'killed' },
            }),
          ),
        );
        const found = await driver.listContainers({ labels: { run: 'killed' } });
        expect(found.map(({ id }) => id).sort()).toEqual(again.map(({ id }) => id).sort());
        expect(found.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
        for (const container of found) await driver.destroyContainer(container);
        await driver.close();
        expect(await containersOf(engine)).toEqual([]);
      }
      expect(await leftIn(engine)).toEqual([]);
    },
    120_000,
  );

  it.skipIf(!registries.available)(
    'registry client: SIGKILL at random points of pulls; the next pull completes the layout',
    async () => {
      await using setup = await startProxiedRegistry({ layerBytes: 8_000_000 });
      const folder = await mkdtemp(join(tmpdir(), 'cloud-faults-'));
      const layout = join(folder, 'layout');
      process.env['FAULTS_PULL'] = `${setup.registry.host} ${layout}`;
      for (const delayMs of [20, 110]) {
        {
          using program = runTypeScript(new URL('programs/pull-until-killed.ts', import.meta.url));
          await program.firstLine;
          await sleep(delayMs);
        }
        const client = setup.direct();
        await client.pullImage(setup.repository, setup.tag, { layout });
        await client.close();
        // The layout is right: it can be pushed from, which verifies every blob.
        await using other = await startProxiedRegistry();
        const pusher = new RegistryClient(other.registry.host, { credentials: {} });
        expect((await pusher.pushImage('again', '1', { layout })).digest).toBe(setup.image.manifest.digest);
        await pusher.close();
        const names = await readdir(join(layout, 'blobs', 'sha256'));
        expect(names.filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(4);
        await rm(layout, { recursive: true });
      }
      await rm(folder, { recursive: true });
    },
    120_000,
  );
});
