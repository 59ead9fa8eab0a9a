import { randomBytes } from 'node:crypto';
import { registryEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { describeBlob, jsonBlob, OCI_INDEX, OCI_MANIFEST, pushSample, sampleBlob, sampleImage } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { withRegistry } from '../test-support/with-registry.js';

const makeFolder = temporaryFolders();
const engine = await registryEngine();
afterAll(engine.stop);

interface Entry {
  readonly architecture: string;
  readonly variant?: string;
}

/** An index over an image for each entry; gives their digests by what they are for. */
async function pushVariants(client: RegistryClient, entries: readonly Entry[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const manifests: object[] = [];
  for (const platform of entries) {
    const name = [platform.architecture, platform.variant].filter(Boolean).join('/');
    const image = await sampleImage({ name }, platform.architecture);
    await pushSample(client, 'app', image);
    digests.set(image.manifest.digest, name);
    manifests.push({ ...describeBlob(image.manifest, OCI_MANIFEST), platform: { os: 'linux', ...platform } });
  }
  await client.putManifest('app', 'v1', jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }).bytes);
  return digests;
}

it.each([
  ['linux/arm/v7', ['arm/v5', 'arm/v6'], 'arm/v6'],
  ['linux/arm', ['arm/v6', 'arm/v7', 'arm/v8'], 'arm/v7'],
  ['linux/arm/v6', ['arm/v7', 'arm/v5'], 'arm/v5'],
  ['linux/arm64', ['arm64'], 'arm64'],
  ['linux/arm64/v8', ['arm64'], 'arm64'],
  ['linux/amd64', ['amd64/v3', 'amd64'], 'amd64'],
  ['linux/amd64/v3', ['amd64', 'amd64/v2', 'amd64/v4'], 'amd64/v2'],
  ['linux/amd64', ['amd64/v3'], 'amd64/v3'],
])('%s of %j is %s', (platform, names, expected) =>
  withRegistry({}, async (client) => {
    const entries = names.map((name) => {
      const [architecture = '', variant] = name.split('/');
      return { architecture, ...(variant === undefined ? {} : { variant }) };
    });
    const digests = await pushVariants(client, entries);
    expect(digests.get((await client.getManifest('app', 'v1', { platform })).digest)).toBe(expected);
  }),
);

it('says which platforms there are when none fits, and refuses what is none before it asks', () =>
  withRegistry({}, async (client, registry) => {
    await pushVariants(client, [{ architecture: 'arm', variant: 'v7' }, { architecture: 's390x' }]);
    const error = await failureOf(client.getManifest('app', 'v1', { platform: 'linux/arm/v6' }));
    expect(error).toMatchObject({ code: 'not-found', message: expect.stringContaining('linux/arm/v7, linux/s390x') });
    registry.requests.length = 0;
    const calls = [
      () => client.getImage('app', 'v1', { platform: 'arm64' }),
      () => client.getManifest('app', 'v1', { platform: 'arm64' }),
      () => client.pullImage('app', 'v1', { layout: 'x' }, { platform: 'linux' }),
      () => client.pushImage('app', 'v1', { layout: 'x' }, { platform: 'LINUX/arm64' }),
      () => client.copyImage('app', 'v1', { client, repository: 'copy' }, { platform: '' }),
    ];
    for (const call of calls) expect((await failureOf(call())).code).toBe('invalid-argument');
    expect(registry.requests).toEqual([]);
  }));

it('an image that stands alone is had for its own platform only', () =>
  withRegistry({}, async (client, registry) => {
    const image = await sampleImage({ a: 'a' }, 'amd64');
    await pushSample(client, 'app', image, 'v1');
    const layout = await makeFolder();
    const own = { platform: 'linux/amd64' };
    expect((await client.pullImage('app', 'v1', { layout }, own)).digest).toBe(image.manifest.digest);
    const other = { platform: 'linux/arm64' };
    const empty = await makeFolder();
    const calls = [
      () => client.getImage('app', 'v1', other),
      () => client.getManifest('app', 'v1', other),
      () => client.pullImage('app', 'v1', { layout: empty }, other),
      () => client.pushImage('app', 'v2', { layout }, other),
      () => client.copyImage('app', 'v1', { client, repository: 'copy' }, other),
    ];
    for (const call of calls) {
      expect(await failureOf(call())).toMatchObject({ code: 'not-found', message: expect.stringContaining('linux/amd64 only') });
    }
    expect(registry.repository('app').tags.has('v2')).toBe(false);
  }));

it('goes through indexes of indexes to the image', () =>
  withRegistry({}, async (client) => {
    const digests = await pushVariants(client, [{ architecture: 'amd64' }, { architecture: 'arm64' }]);
    const inner = await client.getManifest('app', 'v1');
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ platform: { os: 'linux', architecture } }));
    const descriptor = { mediaType: OCI_INDEX, digest: inner.digest, size: inner.bytes.length };
    const outer = jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: platforms.map((each) => ({ ...descriptor, ...each })) });
    await client.putManifest('app', 'outer', outer.bytes);
    const arm = await client.getManifest('app', 'outer', { platform: 'linux/arm64' });
    expect(digests.get(arm.digest)).toBe('arm64');
    expect((await client.getImage('app', 'outer', { platform: 'linux/arm64' })).id).toBe(arm.config?.digest);
    expect((await client.getImage('app', 'outer')).id).toMatch(/^sha256:/);
  }));

it('tells the version of Windows that an image is for', () =>
  withRegistry({}, async (client) => {
    const image = await sampleImage({ a: 'a' });
    await pushSample(client, 'app', image);
    const platform = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2340' };
    const manifests = [{ ...describeBlob(image.manifest, OCI_MANIFEST), platform }];
    await client.putManifest('app', 'v1', jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }).bytes);
    const [entry] = (await client.getManifest('app', 'v1')).manifests;
    expect(entry?.platform).toEqual({ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2340' });
  }));

describe.skipIf(!engine.available)('a cache that BuildKit wrote as an index of blobs', () => {
  it('is pulled, pushed and copied as it is', async () => {
    const client = new RegistryClient(engine.get().host, { credentials: {} });
    const [layer, config] = [sampleBlob(randomBytes(50_000)), jsonBlob({ layers: [], records: [] })];
    for (const { bytes } of [layer, config]) await client.pushBlob('cache/one', bytes);
    const manifests = [
      describeBlob(layer, 'application/vnd.oci.image.layer.v1.tar+gzip'),
      describeBlob(config, 'application/vnd.buildkit.cacheconfig.v0'),
    ];
    const index = jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    await client.putManifest('cache/one', 'v1', index.bytes);
    expect((await client.copyImage('cache/one', 'v1', { client, repository: 'cache/two' })).digest).toBe(index.digest);
    const layout = await makeFolder();
    expect((await client.pullImage('cache/two', 'v1', { layout })).totalBytes).toBe(layer.bytes.length + config.bytes.length);
    expect((await client.pushImage('cache/three', 'v1', { layout })).digest).toBe(index.digest);
    await client.close();
  });
});
