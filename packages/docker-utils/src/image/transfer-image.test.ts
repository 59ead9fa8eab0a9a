import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageProgress } from '@cloud/container-core';
import { dockerEngine, exchange, type Registry, registryEngine, skopeoEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { pushSample, readAll, sampleImage, sampleIndex } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';

const first = await registryEngine();
const second = await registryEngine({ auth: 'token' });
const skopeo = await skopeoEngine();
afterAll(first.stop);
afterAll(second.stop);
const docker = await dockerEngine();
afterAll(docker.stop);
const makeFolder = temporaryFolders();

const clientOf = ({ host, credentials }: Registry, more = {}) => new RegistryClient(host, { credentials: credentials ?? {}, ...more });
const filesIn = async (folder: string) => (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('.'));

/** Pushes an image for two platforms and gives the digests. */
async function pushMulti(client: RegistryClient, repository: string, reference = 'v1') {
  const shared = randomBytes(200_000);
  const images = {
    amd64: await sampleImage({ shared, own: 'amd64', big: randomBytes(5_000_000) }),
    arm64: await sampleImage({ shared, own: 'arm64' }, 'arm64'),
  };
  for (const image of Object.values(images)) await pushSample(client, repository, image);
  const index = sampleIndex(images);
  await client.putManifest(repository, reference, index.bytes);
  return { images, index };
}

describe.skipIf(!first.available)('pulling and pushing', () => {
  it('pulls all platforms into a layout and pushes them from it, byte for byte', async () => {
    const client = clientOf(first.get());
    const { index, images } = await pushMulti(client, 'app');
    const layout = join(await makeFolder(), 'made', 'layout');
    const progress: ImageProgress[] = [];
    const pulled = await client.pullImage('app', 'v1', { layout }, { onProgress: (event) => progress.push(event) });
    expect(pulled).toMatchObject({ digest: index.digest, transferredBytes: pulled.totalBytes });
    const manifest = await readFile(join(layout, 'blobs', ...images.arm64.manifest.digest.split(':')));
    expect(manifest.equals(images.arm64.manifest.bytes)).toBe(true);
    expect((await filesIn(layout)).filter((name) => name.includes('partial'))).toEqual([]);
    expect(progress.at(-1)).toEqual({ status: 'done', currentBytes: pulled.totalBytes, totalBytes: pulled.totalBytes });
    expect(progress.filter(({ layer, status }) => layer !== undefined && status === 'done')).toHaveLength(6);

    expect((await client.pullImage('app', 'v1', { layout })).transferredBytes).toBe(0);
    const pushed = await client.pushImage('elsewhere/app', 'v2', { layout });
    expect(pushed.digest).toBe(index.digest);
    expect((await client.getManifest('elsewhere/app', 'v2')).bytes.equals(index.bytes)).toBe(true);
    await client.close();
  });

  it('keeps what a layout has, replaces what is damaged in it, and keeps several images apart', async () => {
    const client = clientOf(first.get());
    const [one, two] = [await sampleImage({ a: 'one' }), await sampleImage({ a: 'two' })];
    await pushSample(client, 'several', one, 'one');
    await pushSample(client, 'several', two, 'two');
    const layout = await makeFolder();
    await client.pullImage('several', 'one', { layout });
    await client.pullImage('several', 'two', { layout });
    const [layer] = one.layers;
    if (layer === undefined) throw new Error('the sample has no layer');
    const path = join(layout, 'blobs', ...layer.digest.split(':'));
    await writeFile(path, Buffer.alloc(layer.bytes.length));
    expect((await failureOf(client.pushImage('copy', 'v1', { layout }))).message).toContain('one, two');
    expect((await failureOf(client.pushImage('copy', 'v1', { layout }, { sourceReference: 'one' }))).code).toBe('integrity');
    expect(await client.headManifest('copy', 'v1')).toBeUndefined();
    expect((await client.pullImage('several', 'one', { layout })).transferredBytes).toBe(layer.bytes.length);
    expect((await readFile(path)).equals(layer.bytes)).toBe(true);
    expect((await client.pushImage('copy', 'v1', { layout }, { sourceReference: 'one' })).digest).toBe(one.manifest.digest);
    await client.close();
  });

  it('pulls one platform into an archive and pushes it from there, byte for byte', async () => {
    const client = clientOf(first.get());
    const { images } = await pushMulti(client, 'archived');
    const archive = join(await makeFolder(), 'image.tar');
    const pulled = await client.pullImage('archived', 'v1', { archive }, { platform: 'linux/arm64' });
    expect(pulled.digest).toBe(images.arm64.manifest.digest);
    expect((await client.pushImage('from-archive', 'v1', { archive })).digest).toBe(images.arm64.manifest.digest);
    await client.close();
  });

  it('reads a large blob in several ranges at once', async () => {
    const client = clientOf(first.get(), { parallelRangesFromBytes: 1_000_000 });
    const image = await sampleImage({ big: randomBytes(9_999_999) });
    await pushSample(client, 'ranges', image, 'v1');
    const ranges: string[] = [];
    const layout = await makeFolder();
    const watching = clientOf(first.get(), { parallelRangesFromBytes: 1_000_000, onDebug: ({ message = '' }) => ranges.push(message) });
    await watching.pullImage('ranges', 'v1', { layout });
    const digest = image.layers[0]?.digest ?? '';
    expect(ranges.filter((message) => message.includes(digest))).toHaveLength(4);
    expect((await client.pushImage('ranges-again', 'v1', { layout })).digest).toBe(image.manifest.digest);
    await client.close();
    await watching.close();
  });

  it('leaves nothing behind when a blob is damaged on the server', async () => {
    const registry = first.get();
    const client = clientOf(registry, { parallelRangesFromBytes: 4_000_000 });
    const other = clientOf(second.get());
    const image = await sampleImage({ good: randomBytes(100_000), bad: randomBytes(1_000_000), huge: randomBytes(6_000_000) });
    await pushSample(client, 'damaged', image, 'v1');
    for (const index of [1, 2]) {
      const layer = image.layers[index];
      if (layer === undefined) throw new Error('the sample has too few layers');
      const damaged = Buffer.from(layer.bytes);
      damaged[damaged.length - 100] = (damaged[damaged.length - 100] ?? 0) ^ 1;
      await writeFile(registry.blobPath(layer.digest), damaged);
      const folder = await makeFolder();
      expect((await failureOf(client.pullImage('damaged', 'v1', { layout: join(folder, 'a', 'b') }))).code).toBe('integrity');
      expect((await failureOf(client.pullImage('damaged', 'v1', { layout: folder }))).code).toBe('integrity');
      expect((await failureOf(client.pullImage('damaged', 'v1', { archive: join(folder, 'x.tar') }))).code).toBe('integrity');
      expect(await readdir(folder)).toEqual([]);
      expect((await failureOf(client.getBlob('damaged', layer.digest))).code).toBe('integrity');
      expect((await failureOf(client.copyImage('damaged', 'v1', { client: other, repository: `spread${index}` }))).code).toBe('integrity');
      expect(await other.headManifest(`spread${index}`, 'v1')).toBeUndefined();
      // A truncated file is served with 200 and a clean end.
      await writeFile(registry.blobPath(layer.digest), layer.bytes.subarray(0, 1000));
      expect((await failureOf(client.pullImage('damaged', 'v1', { layout: folder }))).code).toBe('integrity');
      expect(await readdir(folder)).toEqual([]);
      await writeFile(registry.blobPath(layer.digest), layer.bytes);
    }
    await client.close();
    await other.close();
  });

  it('finishes a pull while the registry is killed in the middle of a blob and started again', async () => {
    const registry = first.get();
    const client = clientOf(registry);
    const image = await sampleImage({ big: randomBytes(12_000_000) });
    await pushSample(client, 'killed', image, 'v1');
    const layout = await makeFolder();
    let killed: Promise<void> | undefined;
    const onProgress = ({ currentBytes = 0 }: ImageProgress) => {
      if (currentBytes > 0 && currentBytes < 9_000_000) killed ??= registry.kill().then(() => registry.restart());
    };
    expect((await client.pullImage('killed', 'v1', { layout }, { onProgress })).digest).toBe(image.manifest.digest);
    expect(killed).toBeDefined();
    await killed;
    await client.close();
  });

  it('finishes the pull of a large image from a registry killed in the middle, and refuses one that is damaged', async () => {
    const registry = first.get();
    const client = clientOf(registry, { retry: { baseDelayMs: 1, retries: 50 } });
    const image = await sampleImage({ large: randomBytes(70_000_000), small: 'x' });
    await pushSample(client, 'large', image, 'v1');
    const folder = await makeFolder();
    let killed: Promise<void> | undefined;
    const events: ImageProgress[] = [];
    const onProgress = (event: ImageProgress) => {
      events.push(event);
      if ((event.currentBytes ?? 0) > 0) killed ??= registry.kill().then(() => registry.restart());
    };
    expect((await client.pullImage('large', 'v1', { archive: join(folder, 'x.tar') }, { onProgress })).digest).toBe(image.manifest.digest);
    await killed;
    expect(events.every(({ currentBytes = 0, totalBytes = 0 }) => currentBytes <= totalBytes)).toBe(true);
    expect((await client.pushImage('large-again', 'v1', { archive: join(folder, 'x.tar') })).digest).toBe(image.manifest.digest);

    const [layer] = image.layers;
    if (layer === undefined) throw new Error('the sample has no layer');
    await writeFile(registry.blobPath(layer.digest), Buffer.concat([layer.bytes.subarray(1), Buffer.alloc(1)]));
    const empty = await makeFolder();
    expect((await failureOf(client.pullImage('large', 'v1', { layout: empty }))).code).toBe('integrity');
    expect(await readdir(empty)).toEqual([]);
    await client.close();
  });

  it('stops at an abort with its reason, and leaves nothing behind', async () => {
    const client = clientOf(first.get());
    const image = await sampleImage({ big: randomBytes(20_000_000) });
    await pushSample(client, 'aborted', image, 'v1');
    const folder = await makeFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const pulling = client.pullImage(
      'aborted',
      'v1',
      { layout: folder },
      { signal: controller.signal, onProgress: () => controller.abort(reason) },
    );
    await expect(pulling).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
    await client.close();
  });
});

describe.skipIf(!first.available || !second.available)('copying between registries', () => {
  it('copies all platforms, skips what is there, and re-pushes a child that got lost', async () => {
    const [source, target] = [clientOf(first.get()), clientOf(second.get())];
    const { index, images } = await pushMulti(source, 'app');
    const to = { client: target, repository: 'mirror/app' };
    const copied = await source.copyImage('app', 'v1', to);
    expect(copied).toMatchObject({ digest: index.digest, transferredBytes: copied.totalBytes });
    expect((await target.getManifest('mirror/app', 'v1')).bytes.equals(index.bytes)).toBe(true);
    expect((await source.copyImage('app', 'v1', to)).transferredBytes).toBe(0);

    await target.deleteManifest('mirror/app', index.digest);
    await target.deleteManifest('mirror/app', images.arm64.manifest.digest);
    expect((await source.copyImage('app', 'v1', to)).transferredBytes).toBe(0);
    expect((await target.getManifest('mirror/app', 'v1', { platform: 'linux/arm64' })).digest).toBe(images.arm64.manifest.digest);
    for (const { digest, bytes } of images.arm64.layers) {
      expect((await readAll(target.getBlob('mirror/app', digest))).equals(bytes)).toBe(true);
    }
    await source.close();
    await target.close();
  });

  it('copies one platform under a tag, and mounts within one registry', async () => {
    const [source, target] = [clientOf(first.get()), clientOf(second.get())];
    const { images } = await pushMulti(source, 'one-platform');
    const options = { platform: 'linux/arm64' };
    const copied = await source.copyImage('one-platform', 'v1', { client: target, repository: 'single', reference: 'arm' }, options);
    expect(copied.digest).toBe(images.arm64.manifest.digest);
    const mounted = await target.copyImage('single', 'arm', { client: target, repository: 'moved', reference: 'arm' });
    expect(mounted).toMatchObject({ digest: copied.digest, transferredBytes: 0 });
    await source.close();
    await target.close();
  });

  it('goes on when the source is killed in the middle of a blob and started again', async () => {
    const [source, target] = [clientOf(first.get()), clientOf(second.get())];
    const image = await sampleImage({ big: randomBytes(12_000_000) });
    await pushSample(source, 'restless', image, 'v1');
    let killed: Promise<void> | undefined;
    const onProgress = ({ currentBytes = 0 }: ImageProgress) => {
      if (currentBytes > 0 && currentBytes < 9_000_000) {
        killed ??= first
          .get()
          .kill()
          .then(() => first.get().restart());
      }
    };
    const copied = await source.copyImage('restless', 'v1', { client: target, repository: 'restless' }, { onProgress });
    expect(copied.digest).toBe(image.manifest.digest);
    expect(killed).toBeDefined();
    await killed;
    await source.close();
    await target.close();
  });
});

describe.skipIf(!first.available || !skopeo.available)('skopeo as the other side', () => {
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  const succeed = async (...parameters: string[]) => {
    const { code, stdout, stderr } = await skopeo.get().run(...parameters);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  it('reads what we push, our layouts and our archives, with the same digests', async () => {
    const client = clientOf(first.get());
    const { host } = first.get();
    const { index, images } = await pushMulti(client, 'ours');
    const folder = await makeFolder();
    expect(JSON.parse(await succeed('inspect', '--raw', '--tls-verify=false', `docker://${host}/ours:v1`))).toEqual(
      JSON.parse(index.bytes.toString()),
    );
    await client.pullImage('ours', 'v1', { layout: join(folder, 'layout') });
    await succeed('copy', '--all', ...insecure, `oci:${folder}/layout:v1`, `docker://${host}/theirs:v1`);
    expect((await client.headManifest('theirs', 'v1'))?.digest).toBe(index.digest);

    const archive = join(folder, 'image.tar');
    await client.pullImage('ours', 'v1', { archive }, { platform: 'linux/amd64' });
    await succeed('copy', ...insecure, `oci-archive:${archive}:v1`, `docker://${host}/from-oci-archive:v1`);
    expect((await client.headManifest('from-oci-archive', 'v1'))?.digest).toBe(images.amd64.manifest.digest);
    const config = JSON.parse(await succeed('inspect', '--config', `docker-archive:${archive}`));
    expect(config).toMatchObject({ architecture: 'amd64', config: { Labels: { team: 'tests' } } });
    await client.close();
  });

  it('writes layouts, archives and pushes that we read, with the same digests', async () => {
    const client = clientOf(first.get());
    const { host } = first.get();
    const { index, images } = await pushMulti(client, 'origin');
    const folder = await makeFolder();
    await succeed('copy', '--all', ...insecure, `docker://${host}/origin:v1`, `oci:${folder}/layout:v1`);
    expect((await client.pushImage('again', 'v1', { layout: join(folder, 'layout') })).digest).toBe(index.digest);
    const archive = join(folder, 'oci.tar');
    await succeed('copy', ...insecure, '--override-arch=amd64', `docker://${host}/origin:v1`, `oci-archive:${archive}:v1`);
    expect((await client.pushImage('from-archive', 'v1', { archive })).digest).toBe(images.amd64.manifest.digest);
    const saved = join(folder, 'docker.tar');
    await succeed('copy', ...insecure, '--override-arch=amd64', `docker://${host}/origin:v1`, `docker-archive:${saved}:origin:v1`);
    await client.pushImage('from-saved', 'v1', { archive: saved });
    expect((await client.getImage('from-saved', 'v1')).id).toBe(images.amd64.config.digest);
    await client.close();
  });
});

describe.skipIf(!first.available || !docker.available)('a Docker engine as the other side', () => {
  it('loads our archive, and we push what it saves', async () => {
    const client = clientOf(first.get());
    const { address } = docker.get();
    const image = await sampleImage({ 'a.txt': 'loaded', 'b.bin': randomBytes(300_000) });
    await pushSample(client, 'team/loaded', image, 'v1');
    const archive = join(await makeFolder(), 'image.tar');
    await client.pullImage('team/loaded', 'v1', { archive });
    const loading = await exchange(address, {
      method: 'POST',
      path: '/images/load?quiet=1',
      headers: { 'content-type': 'application/x-tar' },
      body: await readFile(archive),
    });
    expect(loading).toMatchObject({ status: 200, body: expect.not.stringContaining('"error"') });
    const name = `${client.host}/team/loaded:v1`;
    const inspected = await exchange(address, { method: 'GET', path: `/images/${name}/json` });
    expect(JSON.parse(inspected.body)).toMatchObject({ Id: image.config.digest, RepoTags: [name] });

    const saved = join(await makeFolder(), 'saved.tar');
    await saveImage(docker.get().socketPath, name, saved);
    await client.pushImage('team/saved', 'v1', { archive: saved });
    expect((await client.getImage('team/saved', 'v1')).id).toBe(image.config.digest);
    await client.close();
  });
});

/** `docker save` over the engine's API. */
function saveImage(socketPath: string | undefined, name: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: `/images/${name}/get` }, (reply) => {
      pipeline(reply, createWriteStream(path)).then(resolve, reject);
    }).on('error', reject);
  });
}
