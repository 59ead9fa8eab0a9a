// What real registries answer besides what the specification says.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { jsonBlob, OCI_INDEX, OCI_MANIFEST, pushSample, sampleBlob, sampleImage, sampleIndex } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { withRegistry } from '../test-support/with-registry.js';

const makeFolder = temporaryFolders();
const BYTES = randomBytes(100_000);
const DIGEST = sampleBlob(BYTES).digest;

it('sends a stream in pieces, each from where the last one ended', () =>
  withRegistry({}, async (client, registry) => {
    const open = async function* () {
      for (let at = 0; at < BYTES.length; at += 777) yield BYTES.subarray(at, at + 777);
    };
    await client.pushBlob('app', { digest: DIGEST, size: BYTES.length, open }, { chunkBytes: 30_000 });
    expect(registry.repository('app').blobs.get(DIGEST)?.equals(BYTES)).toBe(true);
    const small = Buffer.from('abc');
    await client.pushBlob('app', small, { chunkBytes: 1 });
    expect(registry.repository('app').blobs.get(sampleBlob(small).digest)).toEqual(small);
  }));

it('begins an upload anew that the registry does not go on with after a broken piece', () =>
  withRegistry({}, async (client, registry) => {
    let patches = 0;
    registry.intercept = ({ method, response }) => {
      if (method !== 'PATCH') return false;
      patches += 1;
      if (patches !== 2) return false;
      // As distribution: what is there no longer fits the state that the client has.
      for (const upload of registry.repository('app').uploads.values()) upload.state += 1;
      response.destroy();
      return true;
    };
    await client.pushBlob('app', BYTES, { chunkBytes: 30_000 });
    expect(registry.repository('app').blobs.get(DIGEST)?.equals(BYTES)).toBe(true);
    expect(registry.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  }));

it('gives up on a registry that takes no piece, and refuses sizes that are none before it asks', () =>
  withRegistry({}, async (client, registry) => {
    registry.intercept = ({ method, url, request, response }) => {
      if (method !== 'PATCH') return false;
      request.resume();
      response.writeHead(416, { location: `${url.pathname}${url.search}`, range: '0-0' }).end();
      return true;
    };
    expect(await failureOf(client.pushBlob('app', BYTES, { chunkBytes: 30_000 }))).toMatchObject({ code: 'unavailable', retryable: false });
    expect(registry.requests.filter(({ method }) => method === 'PATCH').length).toBe(1);
    const before = registry.requests.length;
    for (const chunkBytes of [0, -1, Number.NaN, 1.5]) {
      expect((await failureOf(client.pushBlob('app', BYTES, { chunkBytes }))).code).toBe('invalid-argument');
      expect((await failureOf(client.pushImage('app', 'v1', { layout: 'x' }, { chunkBytes }))).code).toBe('invalid-argument');
    }
    expect(registry.requests.length).toBe(before);
  }));

it('uploads what it may not mount', async () => {
  for (const status of [400, 403, 404, 500]) {
    await withRegistry({}, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'one', image, 'v1');
      registry.intercept = ({ url, response }) => {
        if (!url.searchParams.has('mount')) return false;
        response.writeHead(status).end();
        return true;
      };
      expect((await client.copyImage('one', 'v1', { client, repository: 'two' })).digest).toBe(image.manifest.digest);
    });
  }
});

it('starts an upload no more often than it is told to try', () =>
  withRegistry(
    {},
    async (client, registry) => {
      registry.intercept = ({ method, response }) => {
        if (method !== 'POST') return false;
        response.writeHead(503).end();
        return true;
      };
      expect((await failureOf(client.pushBlob('app', BYTES))).code).toBe('unavailable');
      expect(registry.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
    },
    { retry: { retries: 2, baseDelayMs: 1 } },
  ));

it('looks for blobs over connections that are kept, and pushes where nobody tells by HEAD', () =>
  withRegistry({}, async (client, registry) => {
    const ports = new Set<number | undefined>();
    const blobs = Array.from({ length: 5 }, () => randomBytes(100_000));
    for (const blob of blobs) await client.pushBlob('app', blob);
    registry.intercept = ({ request }) => {
      ports.add(request.socket.remotePort);
      return false;
    };
    for (const blob of blobs) expect((await client.pushBlob('app', blob)).outcome).toBe('exists');
    // Not one each.
    expect(ports.size).toBeLessThan(3);
    registry.intercept = ({ method, response }) => {
      if (method !== 'HEAD') return false;
      response.writeHead(405).end();
      return true;
    };
    expect((await client.pushBlob('other', Buffer.from('x'))).outcome).toBe('uploaded');
  }));

it('reads documents again that broke off', () =>
  withRegistry({ pageSize: 10 }, async (client, registry) => {
    const image = await sampleImage({ a: 'a' });
    await pushSample(client, 'app', image, 'v1');
    const breakOnce = () => {
      let isFirst = true;
      registry.intercept = ({ method, response }) => {
        if (method !== 'GET' || !isFirst) return false;
        isFirst = false;
        response.writeHead(200, { 'content-type': OCI_MANIFEST, 'content-length': '400' });
        response.write('{"schema', () => response.destroy());
        return true;
      };
    };
    breakOnce();
    expect((await client.getManifest('app', 'v1')).digest).toBe(image.manifest.digest);
    breakOnce();
    expect(await client.listTags('app')).toEqual(['v1']);
    breakOnce();
    expect(await client.referrers('app', image.manifest.digest)).toEqual([]);
  }));

it('reads the first range of a large blob again, and the whole blob where ranges do not fit', async () => {
  const faults: ((response: import('node:http').ServerResponse) => void)[] = [
    (response) => response.writeHead(503).end(),
    (response) => response.destroy(),
    (response) => response.writeHead(416).end(),
    (response) => response.writeHead(206, { 'content-range': 'bytes 1-25000/100000', 'content-length': '25000' }).end(Buffer.alloc(25_000)),
  ];
  for (const fault of faults) {
    await withRegistry(
      {},
      async (client, registry) => {
        const image = await sampleImage({ big: BYTES });
        await pushSample(client, 'app', image, 'v1');
        const [big] = image.layers;
        let isFirst = true;
        registry.intercept = ({ method, url, response }) => {
          if (method !== 'GET' || !isFirst || !url.pathname.endsWith(`/blobs/${big?.digest}`)) return false;
          isFirst = false;
          fault(response);
          return true;
        };
        await client.pullImage('app', 'v1', { layout: await makeFolder() });
        expect(isFirst).toBe(false);
      },
      { parallelRangesFromBytes: 50_000 },
    );
  }
});

it('deletes a manifest that it can not read', () =>
  withRegistry({}, async (client, registry) => {
    const { manifests } = registry.repository('app');
    const mediaType = 'application/vnd.oci.artifact.manifest.v1+json';
    for (const document of [{ mediaType, blobs: [] }, { schemaVersion: 1 }, { schemaVersion: 2, mediaType: OCI_MANIFEST }]) {
      const { digest, bytes } = jsonBlob(document);
      manifests.set(digest, { mediaType: document.mediaType ?? mediaType, bytes, document: {} });
      await client.deleteManifest('app', digest);
      expect(manifests.has(digest)).toBe(false);
    }
    await client.deleteManifest('app', DIGEST);
  }));

it('takes other answers than a list of referrers for none of the API, and then the tag that stands in for it', async () => {
  const referrer = { mediaType: OCI_MANIFEST, digest: DIGEST, size: 3 };
  const standIn = jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [referrer] });
  const answers: [number, string, string][] = [
    [400, 'text/plain', ''],
    [405, 'text/plain', ''],
    [406, 'text/plain', ''],
    [200, 'text/html', '<html>'],
  ];
  for (const [status, type, body] of answers) {
    await withRegistry({}, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      const { digest } = image.manifest;
      const repository = registry.repository('app');
      repository.manifests.set(standIn.digest, { mediaType: OCI_INDEX, bytes: standIn.bytes, document: {} });
      repository.tags.set(digest.replace(':', '-'), standIn.digest);
      registry.intercept = ({ url, response }) => {
        if (!url.pathname.includes('/referrers/')) return false;
        response.writeHead(status, { 'content-type': type }).end(body);
        return true;
      };
      expect((await client.referrers('app', digest)).map((each) => each.digest)).toEqual([DIGEST]);
      // GitLab gives the subject itself.
      const own = sampleIndex({ amd64: image });
      repository.manifests.set(own.digest, { mediaType: OCI_INDEX, bytes: own.bytes, document: {} });
      repository.tags.set(own.digest.replace(':', '-'), own.digest);
      expect(await client.referrers('app', own.digest)).toEqual([]);
    });
  }
});

it('copies one platform of an image that was given by its digest', () =>
  withRegistry({}, async (client) => {
    const images = { amd64: await sampleImage({ a: 'a' }), arm64: await sampleImage({ a: 'b' }, 'arm64') };
    for (const image of Object.values(images)) await pushSample(client, 'one', image);
    const index = sampleIndex(images);
    await client.putManifest('one', index.digest, index.bytes);
    const copied = await client.copyImage('one', index.digest, { client, repository: 'two' }, { platform: 'linux/arm64' });
    expect(copied.digest).toBe(images.arm64.manifest.digest);
    expect(await client.headManifest('two', copied.digest)).toBeDefined();
  }));

it('asks for credentials anew when a registry says with 403 that they ended, or when somebody logged in since', async () => {
  let asked = 0;
  const passwords = [undefined, 'old', 'new'];
  const credentials = async () => {
    const password = passwords[Math.min(asked++, passwords.length - 1)];
    return password === undefined ? undefined : { username: 'AWS', password };
  };
  await withRegistry(
    {},
    async (client, registry) => {
      const header = (password: string) => `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
      let good = header('old');
      registry.intercept = ({ request, response }) => {
        const { authorization } = request.headers;
        if (authorization === good) return false;
        const denied = { errors: [{ code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' }] };
        if (authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="ecr"' }).end();
        else response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(denied));
        return true;
      };
      expect((await failureOf(client.ping())).code).toBe('unauthenticated');
      await client.ping();
      good = header('new');
      await client.ping();
      expect(asked).toBe(3);
    },
    { credentials },
  );
});

it('reads the empty lists that Go writes as null', () =>
  withRegistry({}, async (client, registry) => {
    const repository = registry.repository('app');
    for (const [mediaType, document] of [
      [
        OCI_MANIFEST,
        { schemaVersion: 2, mediaType: OCI_MANIFEST, config: { digest: DIGEST, size: 2, mediaType: 'x/y' }, layers: null, subject: null },
      ],
      [OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: null }],
    ] as const) {
      const { digest, bytes } = jsonBlob(document);
      repository.manifests.set(digest, { mediaType, bytes, document: {} });
      expect(await client.getManifest('app', digest)).toMatchObject({ layers: [], manifests: [] });
    }
  }));

it('refuses options that are none when the client is made', () => {
  const bad = [
    { retry: { retries: Number.NaN } },
    { retry: { retries: -1 } },
    { retry: { baseDelayMs: -1 } },
    { timeoutMs: -1 },
    { parallelRangesFromBytes: Number.NaN },
    { concurrency: 0 },
    { registryMirrors: 'mirror.example' as unknown as string[] },
  ];
  for (const options of bad) {
    expect(() => new RegistryClient('registry.example', options)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});
