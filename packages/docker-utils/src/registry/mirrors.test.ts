import { randomBytes } from 'node:crypto';
import { type StrictRegistry, startStrictRegistry } from '@cloud/test-engines';
import { expect, it } from 'vitest';
import { RegistryClient, type RegistryClientOptions } from '../index.js';
import { pushSample, readAll, type SampleImage, sampleImage } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';

const makeFolder = temporaryFolders();

interface Scene {
  readonly registry: StrictRegistry;
  readonly mirror: StrictRegistry;
  readonly image: SampleImage;
  /** Reads from the mirror first. */
  readonly client: RegistryClient;
}

/** A registry and a mirror of it that have the same image. */
async function withMirror(work: (scene: Scene) => Promise<void>, more: Partial<RegistryClientOptions> = {}): Promise<void> {
  await using registry = await startStrictRegistry();
  await using mirror = await startStrictRegistry();
  const image = await sampleImage({ big: randomBytes(300_000), small: 'small' });
  for (const { host } of [registry, mirror]) {
    const filling = new RegistryClient(host, { credentials: {} });
    await pushSample(filling, 'app', image, 'v1');
    await filling.close();
  }
  for (const each of [registry, mirror]) each.requests.length = 0;
  const client = new RegistryClient(registry.host, {
    credentials: {},
    retry: { baseDelayMs: 1 },
    registryMirrors: [mirror.origin],
    ...more,
  });
  try {
    await work({ registry, mirror, image, client });
  } finally {
    await client.close();
  }
}

it('asks a mirror no more that stands still, so that its silence is waited for once only', () =>
  withMirror(async ({ client, mirror, image }) => {
    // It takes requests and never answers.
    mirror.intercept = () => true;
    const options = { stallTimeoutMs: 200 };
    const target = { layout: await makeFolder() };
    expect((await client.pullImage('app', 'v1', target, options)).digest).toBe(image.manifest.digest);
    await client.getManifest('app', 'v1');
    expect(mirror.requests.length).toBe(1);
  }));

it('goes on with the registry where the body of a mirror breaks off or stands still', async () => {
  for (const end of ['destroy', 'hold'] as const) {
    await withMirror(async ({ client, mirror, registry, image }) => {
      const { digest, bytes } = image.layers[0] ?? image.config;
      mirror.intercept = ({ url, response }) => {
        if (!url.pathname.endsWith(digest)) return false;
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 100_000), () => end === 'destroy' && setTimeout(() => response.destroy(), 20));
        return true;
      };
      expect((await readAll(client.getBlob('app', digest, { stallTimeoutMs: 300 }))).equals(bytes)).toBe(true);
      const resumed = registry.requests.filter(({ path }) => path.endsWith(digest));
      expect(resumed.map(({ headers }) => headers.range)).toEqual(['bytes=100000-']);
    });
  }
});

it('reads from the registry what a mirror has damaged, and asks that mirror no more', async () => {
  for (const parallelRangesFromBytes of [1, Number.POSITIVE_INFINITY]) {
    await withMirror(
      async ({ client, mirror, image }) => {
        const { blobs } = mirror.repository('app');
        for (const { digest, bytes } of image.layers) blobs.set(digest, Buffer.alloc(bytes.length));
        const moved: number[] = [];
        const onProgress = ({ layer, currentBytes = 0 }: { layer?: string; currentBytes?: number }) => {
          if (layer === undefined) moved.push(currentBytes);
        };
        const pulled = await client.pullImage('app', 'v1', { archive: `${await makeFolder()}/app.tar` }, { onProgress });
        expect(pulled.digest).toBe(image.manifest.digest);
        expect(Math.max(...moved)).toBe(pulled.totalBytes);
        mirror.requests.length = 0;
        await client.getManifest('app', 'v1');
        expect(mirror.requests).toEqual([]);
      },
      { parallelRangesFromBytes },
    );
  }
});

it('copies what a mirror has damaged from the registry, and takes no manifest from it that is another one', async () => {
  await using target = await startStrictRegistry();
  const to = new RegistryClient(target.host, { credentials: {} });
  await withMirror(async ({ client, mirror, image }) => {
    const { blobs } = mirror.repository('app');
    for (const { digest, bytes } of image.layers) blobs.set(digest, Buffer.alloc(bytes.length));
    expect((await client.copyImage('app', 'v1', { client: to, repository: 'copy' })).digest).toBe(image.manifest.digest);
    for (const { digest, bytes } of image.layers) expect(target.repository('copy').blobs.get(digest)?.equals(bytes)).toBe(true);
  });
  await withMirror(async ({ client, mirror, image }) => {
    mirror.intercept = ({ url, response }) => {
      if (!url.pathname.includes('/manifests/')) return false;
      response.writeHead(200, { 'content-type': image.manifest.mediaType }).end('{"schemaVersion":2}');
      return true;
    };
    expect((await client.getManifest('app', image.manifest.digest)).digest).toBe(image.manifest.digest);
  });
  await to.close();
});

it('goes by what a mirror does not have, and asks it again for the next thing', () =>
  withMirror(async ({ client, mirror, image }) => {
    mirror.repository('app').tags.delete('v1');
    expect((await client.getManifest('app', 'v1')).digest).toBe(image.manifest.digest);
    mirror.requests.length = 0;
    await client.getManifest('app', image.manifest.digest);
    expect(mirror.requests.length).toBe(1);
  }));
