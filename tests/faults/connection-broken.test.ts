import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryEngine } from '@cloud/test-engines';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../../packages/docker-utils/src/test-support/sample-image.js';
import { failureOf } from './support/failure-of.js';
import { type ProxiedRegistry, startProxiedRegistry } from './support/proxied-registry.js';

const registries = await registryEngine();
afterAll(registries.stop);
let setup: ProxiedRegistry;
let folder: string;
beforeAll(async () => {
  if (registries.available) setup = await startProxiedRegistry({ layerBytes: 4_000_000 });
});
afterAll(() => setup?.[Symbol.asyncDispose]());
beforeEach(async () => {
  setup?.proxy.clear();
  setup?.proxy.requests.splice(0);
  folder = await mkdtemp(join(tmpdir(), 'cloud-faults-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const blobRequests = () => setup.proxy.requests.filter(({ method, url }) => method === 'GET' && url.includes('/blobs/'));

describe('Connection broken in the middle of a blob: resumed with Range, every byte once, then verified', () => {
  it.skipIf(!registries.available)('registry client: a blob cut four times at odd places comes whole', async () => {
    const client = setup.client();
    setup.proxy.on(/^GET .*blobs/, ...[1, 65_537, 0, 1_000_003].map((afterBytes) => ({ kind: 'cut' as const, afterBytes })));
    const bytes = await readAll(client.getBlob(setup.repository, setup.layer.digest));
    await client.close();
    expect(bytes.equals(setup.layer.bytes)).toBe(true);
    expect(blobRequests().map(({ headers }) => headers['range'])).toEqual([
      undefined,
      'bytes=1-',
      'bytes=65538-',
      'bytes=65538-',
      'bytes=1065541-',
    ]);
  });

  it.skipIf(!registries.available)('registry client: a registry killed and started again in the middle', async () => {
    const client = setup.direct();
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.getBlob(setup.repository, setup.layer.digest)) {
      if (chunks.length === 0) await setup.registry.restart();
      chunks.push(chunk);
    }
    await client.close();
    expect(Buffer.concat(chunks).equals(setup.layer.bytes)).toBe(true);
  });

  it.skipIf(!registries.available)(
    'registry client: a connection that breaks at the same place each time ends with connection-lost',
    async () => {
      const client = setup.client({ retry: { retries: 3 } });
      setup.proxy.on(/^GET .*blobs/, { kind: 'cut', afterBytes: 100_000 });
      setup.proxy.always(/^GET .*blobs/, { kind: 'cut', afterBytes: 0 });
      expect((await failureOf(client.getBlob(setup.repository, setup.layer.digest))).code).toBe('connection-lost');
      await client.close();
      // The one that came further, and three more.
      expect(blobRequests()).toHaveLength(4);
    },
  );

  it.skipIf(!registries.available)('registry client: a pull to disk goes on, and a pull that fails leaves nothing', async () => {
    const client = setup.client({ retry: { retries: 2 } });
    setup.proxy.on(/^GET .*blobs/, { kind: 'cut', afterBytes: 10 }, { kind: 'lose-reply' });
    const archive = join(folder, 'image.tar');
    await client.pullImage(setup.repository, setup.tag, { archive });
    expect((await readFile(archive)).includes(setup.layer.bytes)).toBe(true);
    setup.proxy.always(/^GET .*blobs/, { kind: 'cut', afterBytes: 0 });
    await rm(archive);
    expect((await failureOf(client.pullImage(setup.repository, setup.tag, { archive }))).code).toBe('connection-lost');
    expect((await failureOf(client.pullImage(setup.repository, setup.tag, { layout: join(folder, 'layout') }))).code).toBe(
      'connection-lost',
    );
    await client.close();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('Connection broken in the middle of an upload: the source is opened again, and no half blob stays', () => {
  it.skipIf(!registries.available)(
    'registry client: a reply lost after the registry has the blob is no second blob and no error',
    async () => {
      const client = setup.client();
      setup.proxy.on(/^PUT .*uploads/, { kind: 'lose-reply' });
      const bytes = Buffer.from(`a blob whose reply is lost ${Math.PI}`);
      expect((await client.pushBlob(setup.repository, bytes)).size).toBe(bytes.length);
      await client.close();
    },
  );

  it.skipIf(!registries.available)('registry client: POST, PUT and manifest each refused once by a broken connection', async () => {
    const client = setup.client();
    setup.proxy.on(/^POST/, { kind: 'refuse' });
    setup.proxy.on(/^PUT .*uploads/, { kind: 'refuse' });
    setup.proxy.on(/^PUT .*manifests/, { kind: 'refuse' });
    await client.copyImage(setup.repository, setup.tag, { client, repository: 'team/copied', reference: 'x' });
    expect((await client.getManifest('team/copied', 'x')).digest).toBe(setup.image.manifest.digest);
    await client.close();
  });
});
