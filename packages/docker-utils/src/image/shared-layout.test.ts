import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { pushSample, sampleImage } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { unfinishedIn } from '../test-support/unfinished-in.js';
import { withRegistry } from '../test-support/with-registry.js';
import { withResolvers } from '../test-support/with-resolvers.js';

const makeFolder = temporaryFolders();

const indexOf = async (layout: string) => JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));

it('keeps every image of pulls that end at the same time, also through several clients', () =>
  withRegistry({}, async (client, registry) => {
    const layout = await makeFolder();
    const tags = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const tag of tags) await pushSample(client, 'app', await sampleImage({ tag }), tag);
    const other = new RegistryClient(registry.host, { credentials: {} });
    await Promise.all(tags.map((tag, index) => (index % 2 === 0 ? client : other).pullImage('app', tag, { layout })));
    await other.close();
    expect((await indexOf(layout)).manifests).toHaveLength(tags.length);
    const others = (await unfinishedIn(layout)).map((path) => path.slice(layout.length + 1));
    expect(new Set(others)).toEqual(new Set(['index.json', 'oci-layout']));
  }));

it('takes a lock over that somebody left who was killed', () =>
  withRegistry({}, async (client) => {
    const layout = await makeFolder();
    await pushSample(client, 'app', await sampleImage({ a: 'a' }), 'v1');
    const lock = join(layout, '.index.json.lock');
    await writeFile(lock, '0');
    const { utimes } = await import('node:fs/promises');
    await utimes(lock, new Date(0), new Date(0));
    await client.pullImage('app', 'v1', { layout });
    expect((await indexOf(layout)).manifests).toHaveLength(1);
  }));

it('keeps the same tag of two repositories apart, and pushes each by its full name', () =>
  withRegistry({}, async (client, registry) => {
    const layout = await makeFolder();
    const images = { one: await sampleImage({ a: 'one' }), two: await sampleImage({ a: 'two' }) };
    for (const [name, image] of Object.entries(images)) {
      await pushSample(client, name, image, 'latest');
      await client.pullImage(name, 'latest', { layout });
    }
    await client.pullImage('one', 'latest', { layout });
    expect((await indexOf(layout)).manifests).toHaveLength(2);
    const error = await failureOf(client.pushImage('copy', 'v1', { layout }));
    expect(error.message).toContain(`${registry.host}/one:latest`);
    const pushed = await client.pushImage('copy', 'v1', { layout }, { sourceReference: `${registry.host}/two:latest` });
    expect(pushed.digest).toBe(images.two.manifest.digest);
  }));

it('leaves what other tools wrote into the index', () =>
  withRegistry({}, async (client) => {
    const layout = await makeFolder();
    for (const tag of ['v1', 'v2']) await pushSample(client, 'app', await sampleImage({ tag }), tag);
    await client.pullImage('app', 'v1', { layout });
    const index = await indexOf(layout);
    const theirs = { ...index.manifests[0], platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' }, data: 'e30=' };
    await writeFile(join(layout, 'index.json'), JSON.stringify({ ...index, annotations: { by: 'them' }, manifests: [theirs] }));
    await client.pullImage('app', 'v2', { layout });
    const after = await indexOf(layout);
    expect(after.annotations).toEqual({ by: 'them' });
    expect(after.manifests[0]).toEqual(theirs);
    expect(after.manifests).toHaveLength(2);
  }));

it('takes nothing away from another pull when it fails', () =>
  withRegistry({}, async (client, registry) => {
    const layout = join(await makeFolder(), 'shared');
    const base = Buffer.alloc(10_000, 1);
    const [good, bad] = [await sampleImage({ base }), await sampleImage({ base, own: 'own' })];
    await pushSample(client, 'app', good, 'good');
    await pushSample(client, 'app', bad, 'bad');
    const own = bad.layers.find(({ digest }) => good.layers.every((layer) => layer.digest !== digest));
    const pulled = withResolvers();
    let isFirst = true;
    registry.intercept = ({ url, response }) => {
      if (!url.pathname.endsWith(`/blobs/${own?.digest}`)) return false;
      if (isFirst) pulled.resolve(client.pullImage('app', 'good', { layout }).then(() => undefined));
      isFirst = false;
      void pulled.promise.finally(() => response.writeHead(404).end());
      return true;
    };
    expect((await failureOf(client.pullImage('app', 'bad', { layout }, {}))).code).toBe('not-found');
    registry.intercept = () => false;
    expect((await client.pushImage('copy', 'v1', { layout })).digest).toBe(good.manifest.digest);
  }));

it('refuses a target that is both, or neither', () =>
  withRegistry({}, async (client) => {
    await pushSample(client, 'app', await sampleImage({ a: 'a' }), 'v1');
    const both = { layout: 'a', archive: 'b' };
    expect((await failureOf(client.pullImage('app', 'v1', both))).code).toBe('invalid-argument');
    expect((await failureOf(client.pullImage('app', 'v1', {} as typeof both))).code).toBe('invalid-argument');
    expect((await failureOf(client.pushImage('app', 'v1', both))).code).toBe('invalid-argument');
  }));

it.each(['blobs', 'blobs/sha256'])('refuses a layout when its folder %s is a link', (folder) =>
  withRegistry({}, async (client) => {
    const [layout, outside] = [await makeFolder(), await makeFolder()];
    await pushSample(client, 'app', await sampleImage({ a: 'a' }), 'v1');
    await client.pullImage('app', 'v1', { layout });
    await rename(join(layout, folder), join(outside, 'moved'));
    await symlink(join(outside, 'moved'), join(layout, folder));
    const before = await readdir(outside, { recursive: true });
    await pushSample(client, 'app', await sampleImage({ b: 'b' }), 'v2');
    expect((await failureOf(client.pullImage('app', 'v2', { layout }))).code).toBe('integrity');
    expect((await failureOf(client.pushImage('copy', 'v1', { layout }))).code).toBe('integrity');
    expect(await readdir(outside, { recursive: true })).toEqual(before);
  }),
);

if (process.platform === 'win32') console.warn('The test of links and FIFOs in layouts is skipped: Windows has neither.');
it.skipIf(process.platform === 'win32')('replaces blobs when they are links or FIFOs', () =>
  withRegistry({}, async (client) => {
    const [layout, outside] = [await makeFolder(), await makeFolder()];
    const image = await sampleImage({ a: 'a', b: 'b' });
    await pushSample(client, 'app', image, 'v1');
    await client.pullImage('app', 'v1', { layout });
    const [link = '', fifo = ''] = image.layers.map(({ digest }) => join(layout, 'blobs', digest.replace(':', '/')));
    await rename(link, join(outside, 'blob'));
    await symlink(join(outside, 'blob'), link);
    await rm(fifo);
    execFileSync('mkfifo', [fifo]);
    await client.pullImage('app', 'v1', { layout });
    expect((await client.pushImage('copy', 'v1', { layout })).digest).toBe(image.manifest.digest);
    expect(await readFile(join(outside, 'blob'))).toEqual(image.layers[0]?.bytes);
  }),
);

it('refuses an index that is a link', () =>
  withRegistry({}, async (client) => {
    const [layout, outside] = [await makeFolder(), await makeFolder()];
    await pushSample(client, 'app', await sampleImage({ a: 'a' }), 'v1');
    await writeFile(join(outside, 'secret'), '{"secret":"value"}');
    await symlink(join(outside, 'secret'), join(layout, 'index.json'));
    const error = await failureOf(client.pullImage('app', 'v1', { layout }));
    expect(error.code).toBe('integrity');
    expect(error.message).not.toContain('value');
  }));
