import { createReadStream } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryClient } from '@cloud/docker-utils';
import { busyboxImageTar, dockerEngine, ecrAccount, registryEngine, startRegistry } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { readAll } from '../../packages/docker-utils/src/test-support/sample-image.js';
import { runTypeScript } from '../../packages/test-engines/src/test-support/run-typescript.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { startProxiedAws } from './support/aws.js';
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
      const folder = await temporaryFolder();
      const layout = join(folder, 'layout');
      process.env['FAULTS_PULL'] = `${setup.registry.host} ${layout}`;
      for (const delayMs of [20, 110]) {
        {
          using program = runTypeScript(new URL('programs/pull-until-killed.ts', import.meta.url));
          await program.firstLine;
          await sleep(delayMs);
          program.kill();
          await program.ended;
        }
        const client = setup.direct();
        await client.pullImage(setup.repository, setup.tag, { layout });
        await client.close();
        // The layout is right: it can be pushed from, which verifies every blob.
        await using other = await startProxiedRegistry();
        const pusher = new RegistryClient(other.registry.host, { credentials: {} });
        expect((await pusher.pushImage('again', '1', { layout })).digest).toBe(setup.image.manifest.digest);
        await pusher.close();
        // Of the pull that was killed nothing is left.
        expect(new Set(await readdir(layout))).toEqual(new Set(['blobs', 'index.json', 'oci-layout']));
        expect(await readdir(join(layout, 'blobs', 'sha256'))).toHaveLength(4);
        await rm(layout, { recursive: true });
      }
    },
    120_000,
  );

  it.skipIf(!docker.available || !registries.available)(
    'Docker driver: SIGKILL at random points of load, push and save; the next ones give the image whole',
    async () => {
      const engine = docker.get();
      await using registry = await startRegistry({ listenAddress: engine.hostAddress });
      const folder = await temporaryFolder();
      const [archive, saved] = [join(folder, 'archive.tar'), join(folder, 'saved.tar')];
      const { bytes } = await busyboxImageTar();
      await writeFile(archive, bytes);
      const target = `${registry.host}/killed/app:1`;
      process.env['FAULTS_IMAGES'] = `unix://${engine.socketPath} ${archive} ${target} ${saved}`;
      const client = new RegistryClient(registry.host, { credentials: {}, insecure: true });
      const driver = await driverAt(engine.address);
      for (const delayMs of [0, 120, 240, 360]) {
        {
          using program = runTypeScript(new URL('programs/move-images-until-killed.ts', import.meta.url));
          await program.firstLine;
          await sleep(delayMs);
        }
        const [loaded = ''] = await driver.loadImages(createReadStream(archive));
        await driver.tagImage(loaded, target);
        const { digest } = await driver.pushImage(target);
        const manifest = await client.getManifest('killed/app', '1');
        expect(manifest.digest).toBe(digest);
        // Reading verifies.
        await client.pullImage('killed/app', '1', { layout: join(folder, `layout-${delayMs}`) });
        // What was saved can be loaded again.
        const tar = await readAll(driver.saveImages(target));
        expect(await driver.loadImages(Readable.from([tar]))).toEqual([target]);
        await driver.removeImage(target);
        expect(await leftIn(engine)).toEqual([]);
      }
      await driver.close();
      await client.close();
    },
    120_000,
  );

  it.skipIf(!docker.available)('run() on Docker: SIGKILL in the middle; the container is found by its labels and removed', async () => {
    const engine = docker.get();
    await engine.loadBusybox();
    process.env['FAULTS_ENGINE'] = `unix://${engine.socketPath}`;
    let id = '';
    {
      using program = runTypeScript(new URL('programs/run-until-killed.ts', import.meta.url));
      id = await program.firstLine;
    }
    const driver = await driverAt(engine.address);
    expect((await driver.listContainers({ labels: { job: 'killed' } })).map((container) => container.id)).toEqual([id]);
    await driver.destroyContainer(id);
    await driver.close();
    expect(await leftIn(engine)).toEqual([]);
  });

  it('ECS driver: SIGKILL at random points of deploys and removals; the next run adopts, completes and removes', async () => {
    await using aws = await startProxiedAws();
    process.env['FAULTS_AWS'] = aws.fake.endpoint;
    for (const delayMs of [0, 110, 260]) {
      {
        using program = runTypeScript(new URL('programs/deploy-to-ecs-until-killed.ts', import.meta.url));
        await program.firstLine;
        await sleep(delayMs);
      }
      const driver = await aws.connect();
      const names = ['killed-0', 'killed-1', 'killed-2'];
      const deploy = (name: string) => driver.deployContainer({ image: 'nginx', name, idempotencyKey: name, labels: { run: 'killed' } });
      const again = await Promise.all(names.map(deploy));
      const found = await driver.listContainers({ labels: { run: 'killed' }, states: ['pending', 'running'] });
      expect(found.map(({ id }) => id).sort()).toEqual(again.map(({ id }) => id).sort());
      for (const container of await driver.listContainers()) await driver.destroyContainer(container);
      await driver.close();
      await expect.poll(() => aws.left(), { timeout: 20_000, message: `after ${delayMs} ms` }).toEqual([]);
    }
  }, 120_000);

  it.skipIf(!registries.available)(
    'ECS driver: SIGKILL at random points of mirroring; the next run completes it',
    async () => {
      await using source = await startProxiedRegistry({ layerBytes: 3_000_000 });
      await using target = await startRegistry({ auth: 'htpasswd' });
      await using aws = await startProxiedAws({ ecr: { proxyEndpoint: target.origin, password: ecrAccount.password } });
      const image = `${source.registry.host}/${source.repository}:${source.tag}`;
      process.env['FAULTS_MIRROR'] = `${aws.fake.endpoint} ${image}`;
      for (const delayMs of [60, 150]) {
        {
          using program = runTypeScript(new URL('programs/mirror-until-killed.ts', import.meta.url));
          await program.firstLine;
          await sleep(delayMs);
        }
        const driver = await aws.connect();
        for (let index = 0; index < 6; index += 1) {
          const repository = `killed/${index}`;
          const { digest } = await driver.installImage(image, { repository, tag: '1' });
          expect(digest).toBe(source.image.manifest.digest);
          const client = await driver.getRegistryClient(repository);
          const blobs = [source.image.config, ...source.image.layers];
          // Reading verifies.
          for (const blob of blobs) expect((await readAll(client.getBlob(repository, blob.digest))).length).toBe(blob.bytes.length);
          await client.close();
        }
        await driver.close();
      }
    },
    120_000,
  );
});
