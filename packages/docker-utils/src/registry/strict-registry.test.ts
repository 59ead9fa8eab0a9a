// What docker-registry 2.8 does not do, on a strict registry in this process.
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../test-support/failure-of.js';
import {
  describeBlob,
  jsonBlob,
  OCI_INDEX,
  OCI_MANIFEST,
  pushSample,
  readAll,
  sampleBlob,
  sampleImage,
} from '../test-support/sample-image.js';
import { withRegistry } from '../test-support/with-registry.js';

describe('lists in pages', () => {
  it('follows them to the end, short pages included', () =>
    withRegistry({ pageSize: 2 }, async (client) => {
      const image = await sampleImage({ a: 'a' });
      const tags = ['a', 'b', 'c', 'd', 'e'];
      for (const tag of tags) await pushSample(client, 'team/app', image, tag);
      for (const repository of ['one', 'two', 'x/y']) await client.pushBlob(repository, Buffer.from('x'));
      expect(await client.listTags('team/app')).toEqual(tags);
      expect(await client.listRepositories()).toEqual(['one', 'team/app', 'two', 'x/y']);
    }));

  it('fetches only the pages that are used', () =>
    withRegistry({ pageSize: 1 }, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      for (const tag of ['a', 'b', 'c']) await pushSample(client, 'app', image, tag);
      registry.requests.length = 0;
      for await (const tag of client.listTags('app')) {
        expect(tag).toBe('a');
        break;
      }
      expect(registry.requests).toHaveLength(1);
    }));

  it('does not follow pages that go in a circle, or to another host', () =>
    withRegistry({}, async (client, registry) => {
      for (const link of ['</v2/app/tags/list?n=1000>; rel="next"', '<http://127.0.0.9:1/v2/app/tags/list>; rel="next"']) {
        registry.intercept = ({ response }) => {
          response.writeHead(200, { 'content-type': 'application/json', link }).end('{"tags":["a"]}');
          return true;
        };
        registry.requests.length = 0;
        expect(await failureOf(client.listTags('app'))).toMatchObject({ code: 'unavailable', retryable: false });
        expect(registry.requests).toHaveLength(1);
      }
    }));
});

describe('uploads in pieces', () => {
  const bytes = randomBytes(100_000);

  it('goes on from what the registry has after a 416', () =>
    withRegistry({}, async (client, registry) => {
      let patches = 0;
      registry.intercept = ({ method }) => {
        patches += method === 'PATCH' ? 1 : 0;
        const [upload] = registry.repository('app').uploads.values();
        if (method === 'PATCH' && patches === 3 && upload !== undefined) {
          // The registry forgets the last piece.
          upload.received -= upload.chunks.pop()?.length ?? 0;
        }
        return false;
      };
      const { digest } = await client.pushBlob('app', bytes, { chunkBytes: 30_000 });
      expect(registry.repository('app').blobs.get(digest)?.equals(bytes)).toBe(true);
      expect(patches).toBe(5);
    }));

  it('goes on from the last piece after a connection broke', () =>
    withRegistry({}, async (client, registry) => {
      let patches = 0;
      registry.intercept = ({ method, response }) => {
        patches += method === 'PATCH' ? 1 : 0;
        if (method !== 'PATCH' || patches !== 2) return false;
        response.destroy();
        return true;
      };
      const { digest } = await client.pushBlob('app', bytes, { chunkBytes: 30_000 });
      expect(registry.repository('app').blobs.get(digest)?.equals(bytes)).toBe(true);
      expect(registry.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    }));

  it('sends pieces as long as the registry wants them', () =>
    withRegistry({ minimumChunkBytes: 40_000 }, async (client, registry) => {
      const { digest } = await client.pushBlob('app', bytes, { chunkBytes: 1000 });
      expect(registry.repository('app').blobs.get(digest)?.equals(bytes)).toBe(true);
      expect(registry.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
    }));

  it('needs no pieces where only one PATCH works', () =>
    withRegistry({ onePatchOnly: true }, async (client, registry) => {
      const image = await sampleImage({ big: randomBytes(300_000) });
      await pushSample(client, 'app', image, 'v1');
      expect(registry.repository('app').tags.get('v1')).toBe(image.manifest.digest);
    }));

  it('ends the session of an upload that fails', () =>
    withRegistry({}, async (client, registry) => {
      const content = { digest: sampleBlob(bytes).digest, size: bytes.length, open: () => [randomBytes(bytes.length)] };
      const open = async function* () {
        yield* content.open();
      };
      expect((await failureOf(client.pushBlob('app', { ...content, open }))).code).toBe('integrity');
      expect(registry.repository('app').uploads.size).toBe(0);
      expect(registry.repository('app').blobs.size).toBe(0);
    }));
});

describe('manifests', () => {
  it('deletes a tag and leaves the manifest', () =>
    withRegistry({}, async (client) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image, 'v1');
      await client.deleteTag('app', 'v1');
      await client.deleteTag('app', 'v1');
      expect(await client.headManifest('app', 'v1')).toBeUndefined();
      expect(await client.headManifest('app', image.manifest.digest)).toBeDefined();
    }));

  it('reads the manifest where HEAD is not understood or says nothing', () =>
    withRegistry({}, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image, 'v1');
      for (const status of [405, 200]) {
        registry.intercept = ({ method, response }) => {
          if (method === 'HEAD') response.writeHead(status).end();
          return method === 'HEAD';
        };
        expect((await client.headManifest('app', 'v1'))?.digest).toBe(image.manifest.digest);
      }
    }));

  it('uses the referrers API, and leaves the stand-in tag alone', () =>
    withRegistry({}, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image, 'v1');
      const empty = sampleBlob(Buffer.from('{}'));
      await client.pushBlob('app', empty.bytes);
      const config = describeBlob(empty, 'application/vnd.oci.empty.v1+json');
      const subject = describeBlob(image.manifest, OCI_MANIFEST);
      for (const artifactType of ['a/signature', 'a/materials']) {
        const referrer = jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config, layers: [], subject });
        await client.putManifest('app', referrer.digest, referrer.bytes);
      }
      expect(await client.referrers('app', image.manifest.digest)).toHaveLength(2);
      expect(await client.referrers('app', image.manifest.digest, { artifactType: 'a/signature' })).toMatchObject([
        { artifactType: 'a/signature' },
      ]);
      expect([...registry.repository('app').tags.keys()]).toEqual(['v1']);
    }));

  it('keeps every referrer under the stand-in tag, though they come at once and others overwrite it', () =>
    withRegistry({ referrersApi: false }, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image, 'v1');
      const empty = sampleBlob(Buffer.from('{}'));
      await client.pushBlob('app', empty.bytes);
      const config = describeBlob(empty, 'application/vnd.oci.empty.v1+json');
      const subject = describeBlob(image.manifest, OCI_MANIFEST);
      const referrers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
        jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: `x/${name}`, config, layers: [], subject }),
      );
      const kept = async () => new Set((await client.referrers('app', image.manifest.digest)).map(({ digest }) => digest));
      await Promise.all(referrers.map(({ digest, bytes }) => client.putManifest('app', digest, bytes)));
      expect(await kept()).toEqual(new Set(referrers.map(({ digest }) => digest)));
      // Those of one client wait for one another, so that none is written twice.
      const tag = image.manifest.digest.replace(':', '-');
      expect(registry.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith(tag))).toHaveLength(referrers.length);

      // Another client, which read before us, writes after us: an index with a referrer of its own, and members that we do not know.
      const foreign = { ...describeBlob(image.manifest, OCI_MANIFEST), artifactType: 'x/foreign', data: 'e30=' };
      const overwriting = jsonBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [foreign], annotations: { kept: 'yes' } });
      let overwritten = false;
      registry.intercept = ({ method, url }) => {
        const ours = registry.repository('app').tags.get(tag);
        if (method !== 'GET' || !url.pathname.endsWith(tag) || overwritten || ours === before) return false;
        overwritten = true;
        registry.repository('app').manifests.set(overwriting.digest, {
          mediaType: OCI_INDEX,
          bytes: overwriting.bytes,
          document: JSON.parse(overwriting.bytes.toString()),
        });
        registry.repository('app').tags.set(tag, overwriting.digest);
        return false;
      };
      const before = registry.repository('app').tags.get(tag);
      const late = jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'x/late', config, layers: [], subject });
      await client.putManifest('app', late.digest, late.bytes);
      expect(overwritten).toBe(true);
      expect(await kept()).toEqual(new Set([foreign.digest, late.digest]));
      const index = JSON.parse((await client.getManifest('app', tag)).bytes.toString());
      expect(index).toMatchObject({ annotations: { kept: 'yes' }, manifests: [{ data: 'e30=' }, { digest: late.digest }] });
      await client.deleteManifest('app', late.digest);
      expect(await kept()).toEqual(new Set([foreign.digest]));
    }));

  it('takes 64 digits of a long digest for the stand-in tag, and overwrites no image that has it', () =>
    withRegistry({ referrersApi: false }, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image);
      const [config] = image.layers.map((layer) => describeBlob(layer, 'application/vnd.oci.empty.v1+json'));
      const digest = `sha512:${createHash('sha512').update(image.manifest.bytes).digest('hex')}`;
      const subject = { ...describeBlob(image.manifest, OCI_MANIFEST), digest };
      const referrer = jsonBlob({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'x/y', config, layers: [], subject });
      const tag = `sha512-${digest.slice('sha512:'.length).slice(0, 64)}`;
      registry.repository('app').tags.set(tag, image.manifest.digest);
      expect((await failureOf(client.putManifest('app', referrer.digest, referrer.bytes))).code).toBe('conflict');
      expect(registry.repository('app').tags.get(tag)).toBe(image.manifest.digest);
      registry.repository('app').tags.delete(tag);
      await client.putManifest('app', referrer.digest, referrer.bytes);
      expect((await client.referrers('app', digest)).map((descriptor) => descriptor.digest)).toEqual([referrer.digest]);
      expect([...registry.repository('app').tags.keys()]).toEqual([tag]);
    }));

  it('does not say that a tag is deleted when the registry only has no such operation', () =>
    withRegistry({}, async (client, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(client, 'app', image, 'v1');
      registry.intercept = ({ method, response }) => {
        if (method === 'DELETE') response.writeHead(404).end('404 page not found');
        return method === 'DELETE';
      };
      expect((await failureOf(client.deleteTag('app', 'v1'))).code).toBe('unsupported');
      await client.deleteTag('app', 'none');
    }));

  it('pushes everything again, once, when the registry misses a blob that it said it had', () =>
    withRegistry({}, async (source, registry) => {
      const image = await sampleImage({ a: 'a' });
      await pushSample(source, 'app', image, 'v1');
      await withRegistry({}, async (target, second) => {
        await pushSample(target, 'app', image);
        const [layer] = image.layers;
        second.repository('app').manifests.clear();
        second.repository('app').blobs.delete(layer?.digest ?? '');
        second.intercept = ({ method, response }) => {
          // It says that it has every blob.
          if (method === 'HEAD') response.writeHead(response.req.url?.includes('/blobs/') ? 200 : 404).end();
          return method === 'HEAD';
        };
        await source.copyImage('app', 'v1', { client: target, repository: 'app' });
        expect(second.repository('app').tags.get('v1')).toBe(image.manifest.digest);
        expect(registry.repository('app').tags.size).toBe(1);
      });
    }));
});

describe('a connection that breaks off in the middle of a blob', () => {
  it.each(['honoured', 'ignored', 'frozen'] as const)('goes on, each byte once, with ranges %s', (ranges) =>
    withRegistry({ ranges }, async (client, registry) => {
      const bytes = randomBytes(1_000_000);
      const { digest } = await client.pushBlob('app', bytes);
      let gets = 0;
      registry.intercept = ({ method, response }) => {
        gets += method === 'GET' ? 1 : 0;
        if (method !== 'GET' || gets > 1) return false;
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 300_000), () => setTimeout(() => response.destroy(), 20));
        return true;
      };
      expect((await readAll(client.getBlob('app', digest))).equals(bytes)).toBe(true);
      const asked = registry.requests.map(({ headers }) => headers.range).filter((range) => range !== undefined);
      expect(asked[0]).toMatch(/^bytes=\d+-$/);
    }),
  );
});
