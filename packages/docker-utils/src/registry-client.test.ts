import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { type Registry, type RegistryOptions, registryEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { RegistryClient } from './index.js';
import { failureOf } from './test-support/failure-of.js';
import {
  describeBlob,
  jsonBlob,
  OCI_MANIFEST,
  pushSample,
  readAll,
  sampleBlob,
  sampleImage,
  sampleIndex,
} from './test-support/sample-image.js';

const setups: readonly (readonly [string, RegistryOptions])[] = [
  ['plain', {}],
  ['htpasswd', { auth: 'htpasswd' }],
  ['token authentication', { auth: 'token' }],
  ['https with a certificate of its own', { auth: 'htpasswd', tls: true }],
  ['https for clients with a certificate', { tls: true, clientCertificate: true }],
];

const clientOf = ({ origin, credentials, certificate, client }: Registry) =>
  new RegistryClient(origin, {
    credentials: credentials ?? {},
    ...(certificate === undefined ? {} : { tls: { ca: certificate, ...client } }),
  });

for (const [name, options] of setups) {
  const engine = await registryEngine(options);

  describe.skipIf(!engine.available)(`a real registry, ${name}`, () => {
    afterAll(engine.stop);

    it('pushes, describes, lists, reads and deletes', async () => {
      const client = clientOf(engine.get());
      const image = await sampleImage({ 'a.txt': 'a', 'big.bin': randomBytes(3_000_000) });
      await pushSample(client, 'team/app', image, 'v1');
      await pushSample(client, 'team/app', image, 'v2');

      expect(await client.ping()).toEqual({ host: client.host, url: engine.get().origin });
      expect(await client.listRepositories()).toContain('team/app');
      expect(new Set(await client.listTags('team/app'))).toEqual(new Set(['v1', 'v2']));
      expect((await client.listImages('team/app')).map(({ reference }) => reference)).toContain(`${client.host}/team/app:v1`);
      expect(await client.getImage('team/app', 'v1')).toMatchObject({
        name: 'app',
        reference: `${client.host}/team/app:v1`,
        tag: 'v1',
        registry: client.host,
        digest: image.manifest.digest,
        id: image.config.digest,
        sizeBytes: [image.config, ...image.layers].reduce((sum, { bytes }) => sum + bytes.length, 0),
        createdAt: new Date('2024-05-06T07:08:09Z'),
        labels: { team: 'tests' },
      });
      expect(await client.headManifest('team/app', 'v1')).toEqual({
        digest: image.manifest.digest,
        mediaType: OCI_MANIFEST,
        size: image.manifest.bytes.length,
      });
      const manifest = await client.getManifest('team/app', image.manifest.digest);
      expect(manifest.bytes.equals(image.manifest.bytes)).toBe(true);
      for (const { digest, bytes } of image.layers) {
        expect((await readAll(client.getBlob('team/app', digest))).equals(bytes)).toBe(true);
      }

      await client.deleteManifest('team/app', image.manifest.digest);
      await client.deleteManifest('team/app', image.manifest.digest);
      expect(await client.headManifest('team/app', 'v1')).toBeUndefined();
      expect((await failureOf(client.getManifest('team/app', 'v1'))).code).toBe('not-found');
      await client.close();
    });

    it('follows an index to a platform', async () => {
      const client = clientOf(engine.get());
      const images = { amd64: await sampleImage({ a: 'amd64' }), arm64: await sampleImage({ a: 'arm64' }, 'arm64') };
      for (const image of Object.values(images)) await pushSample(client, 'multi', image);
      const index = sampleIndex(images);
      await client.putManifest('multi', 'latest', index.bytes);
      expect((await client.getManifest('multi', 'latest')).kind).toBe('index');
      expect((await client.getManifest('multi', 'latest', { platform: 'linux/arm64/v8' })).digest).toBe(images.arm64.manifest.digest);
      expect(await client.getImage('multi', 'latest', { platform: 'linux/arm64' })).toMatchObject({
        digest: index.digest,
        id: images.arm64.config.digest,
      });
      const error = await failureOf(client.getManifest('multi', 'latest', { platform: 'linux/s390x' }));
      expect(error).toMatchObject({ code: 'not-found', message: expect.stringContaining('linux/amd64, linux/arm64') });
      await client.close();
    });

    it('pushes nothing twice, mounts, and sends in pieces', async () => {
      const client = clientOf(engine.get());
      const { bytes, digest } = sampleBlob(randomBytes(1_500_000));
      expect((await client.pushBlob('from', bytes, { chunkBytes: 400_000 })).outcome).toBe('uploaded');
      expect((await client.pushBlob('from', bytes)).outcome).toBe('exists');
      expect((await client.pushBlob('to', bytes, { mountFrom: 'from' })).outcome).toBe('mounted');
      expect((await readAll(client.getBlob('to', digest))).equals(bytes)).toBe(true);
      const empty = sampleBlob(Buffer.alloc(0));
      expect((await client.pushBlob('to', empty.bytes)).outcome).toBe('uploaded');
      expect(await readAll(client.getBlob('to', empty.digest))).toHaveLength(0);
      await client.close();
    });

    it('keeps referrers under the tag that stands in for the API, and takes them out again', async () => {
      const client = clientOf(engine.get());
      const image = await sampleImage({ a: 'signed' });
      await pushSample(client, 'signed', image, 'v1');
      const empty = sampleBlob(Buffer.from('{}'));
      await client.pushBlob('signed', empty.bytes);
      const config = describeBlob(empty, 'application/vnd.oci.empty.v1+json');
      const subject = describeBlob(image.manifest, OCI_MANIFEST);
      const referrer = (artifactType: string) =>
        jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config, layers: [config], subject });
      const [signature, materials] = [referrer('application/x.signature'), referrer('application/x.materials')];
      expect(await client.referrers('signed', image.manifest.digest)).toEqual([]);
      await client.putManifest('signed', signature.digest, signature.bytes);
      await client.putManifest('signed', materials.digest, materials.bytes);
      const digests = async (options = {}) =>
        (await client.referrers('signed', image.manifest.digest, options)).map(({ digest }) => digest);
      expect(await digests()).toEqual([signature.digest, materials.digest]);
      expect(await digests({ artifactType: 'application/x.materials' })).toEqual([materials.digest]);
      await client.deleteManifest('signed', signature.digest);
      expect(await digests()).toEqual([materials.digest]);
      await client.close();
    });

    it('says that it can delete no tag, with what to do instead', async () => {
      const client = clientOf(engine.get());
      const image = await sampleImage({ a: 'tagged' });
      await pushSample(client, 'tagged', image, 'v1');
      expect(await failureOf(client.deleteTag('tagged', 'v1'))).toMatchObject({ code: 'unsupported', httpStatus: expect.any(Number) });
      expect(await client.headManifest('tagged', 'v1')).toBeDefined();
      await client.close();
    });
  });
}

const locked = await registryEngine({ auth: 'htpasswd' });
const tokened = await registryEngine({ auth: 'token' });
afterAll(locked.stop);
afterAll(tokened.stop);

describe.skipIf(!locked.available)('logging in', () => {
  it.each([
    ['htpasswd', locked],
    ['token authentication', tokened],
  ])('is unauthenticated without or with wrong credentials, and no secret gets out (%s)', async (_, engine) => {
    const canary = 'canary-pa55word';
    for (const credentials of [{}, { username: 'nobody', password: canary }]) {
      const client = new RegistryClient(engine.get().host, { credentials });
      const error = await failureOf(client.pushBlob('app', Buffer.from('x')));
      expect(error.code).toBe('unauthenticated');
      const shown = `${inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY })}${JSON.stringify(error)}${error.stack}`;
      expect(shown).not.toContain(canary);
      expect(shown).not.toContain(Buffer.from(`nobody:${canary}`).toString('base64'));
      await client.close();
    }
  });

  it('is permission-denied for a user who may only pull', async () => {
    const { host, pullOnlyCredentials } = tokened.get();
    const client = new RegistryClient(host, { credentials: pullOnlyCredentials ?? {} });
    expect((await failureOf(client.pushBlob('app', Buffer.from('x')))).code).toBe('permission-denied');
    await client.close();
  });

  it('asks the token server once for many calls at the same time', async () => {
    const { host, credentials, tokens } = tokened.get();
    const client = new RegistryClient(host, { credentials: credentials ?? {} });
    await client.pushBlob('once', Buffer.from('x'));
    if (tokens === undefined) throw new Error('this registry has no token server');
    tokens.requests.length = 0;
    await Promise.all(Array.from({ length: 8 }, () => client.headManifest('once', 'none')));
    expect(tokens.requests).toHaveLength(1);
    await client.close();
  });

  it('gets one new token when one is refused in the middle, and never loops', async () => {
    const { host, credentials, tokens } = tokened.get();
    if (tokens === undefined) throw new Error('this registry has no token server');
    const client = new RegistryClient(host, { credentials: credentials ?? {} });
    await client.pushBlob('middle', Buffer.from('x'));
    const lifetime = tokens.lifetimeSeconds;
    try {
      // Signed tokens that ended long ago but are announced as good: the registry refuses each.
      tokens.lifetimeSeconds = -120;
      tokens.requests.length = 0;
      expect((await failureOf(client.headManifest('middle', 'none'))).code).toBe('unauthenticated');
      expect(tokens.requests.length).toBeLessThanOrEqual(2);
    } finally {
      tokens.lifetimeSeconds = lifetime;
    }
    expect(await client.headManifest('middle', 'none')).toBeUndefined();
    await client.close();
  });

  it('asks a function for credentials when they are needed, and again when they end', async () => {
    const { host, credentials } = locked.get();
    let asked = 0;
    const provider = async () => {
      asked += 1;
      return { ...credentials, expiresAt: new Date(Date.now() + (asked === 1 ? 0 : 3_600_000)) };
    };
    const client = new RegistryClient(host, { credentials: provider });
    expect(asked).toBe(0);
    for (let call = 0; call < 3; call += 1) await client.headManifest('app', 'none');
    expect(asked).toBe(2);
    await client.close();
  });

  it('asks a function again when what it gave is refused', async () => {
    const { host, credentials } = locked.get();
    let asked = 0;
    const client = new RegistryClient(host, {
      credentials: async () => {
        asked += 1;
        return asked === 1 ? { username: 'old', password: 'old-password' } : credentials;
      },
    });
    await failureOf(client.ping());
    await client.ping();
    expect(asked).toBe(2);
    await client.close();
  });
});

describe('what is refused before any request', () => {
  const client = new RegistryClient('127.0.0.1:1', { credentials: {} });

  it.each(['../x', 'a b', 'A/b', 'a//b', 'a%2e%2e', 'a?b', 'a\n', '', 'host.io/../a'])('the repository %j', async (repository) => {
    expect((await failureOf(client.getManifest(repository, 'v1'))).code).toBe('invalid-argument');
    expect((await failureOf(client.listTags(repository))).code).toBe('invalid-argument');
  });

  it.each(['../x', 'a b', '-a', 'a?b', 'a/b', '', 'sha256:123', `sha256:${'A'.repeat(64)}`])('the reference %j', async (reference) => {
    expect((await failureOf(client.getManifest('app', reference))).code).toBe('invalid-argument');
    expect((await failureOf(client.getBlob('app', reference))).code).toBe('invalid-argument');
  });

  it.each(['', 'https://user:canary@host.io', 'ftp://host', 'https://host/path', 'a b', 'http://'])('the registry %j', (registry) => {
    const make = () => new RegistryClient(registry);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('canary') }));
  });

  it('calls after close', async () => {
    const closed = new RegistryClient('127.0.0.1:1');
    await closed.close();
    expect((await failureOf(closed.ping())).code).toBe('invalid-argument');
  });
});

describe('where a registry is', () => {
  it.each([
    ['docker.io', 'docker.io'],
    ['nginx', 'docker.io'],
    ['ghcr.io/owner/app:1', 'ghcr.io'],
    ['localhost:5000', 'localhost:5000'],
    ['https://123456789012.dkr.ecr.us-east-1.amazonaws.com', '123456789012.dkr.ecr.us-east-1.amazonaws.com'],
    ['[::1]:5000/app', '[::1]:5000'],
  ])('%s is at %s', (registry, host) => {
    expect(new RegistryClient(registry).host).toBe(host);
  });

  it('is unavailable when nothing listens there', async () => {
    const client = new RegistryClient('127.0.0.1:1', { credentials: {}, retry: { retries: 0 } });
    expect(await failureOf(client.ping())).toMatchObject({ code: 'unavailable', provider: 'registry', operation: 'ping', retryable: true });
  });
});
