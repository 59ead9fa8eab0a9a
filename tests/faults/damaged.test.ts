import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RegistryClient } from '@cloud/docker-utils';
import { httpReply, registryEngine, startRegistry, writeTar } from '@cloud/test-engines';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from './support/failure-of.js';
import { growthDuring } from './support/memory.js';
import { type ProxiedRegistry, startProxiedRegistry } from './support/proxied-registry.js';

const registries = await registryEngine();
afterAll(registries.stop);
let setup: ProxiedRegistry;
let folder: string;
beforeEach(async () => {
  if (registries.available) setup = await startProxiedRegistry();
  folder = await mkdtemp(join(tmpdir(), 'cloud-faults-'));
});
afterEach(async () => {
  await setup?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Pulls in every way, and gives the codes of what came of it. */
async function codesOfPulls(client: ReturnType<ProxiedRegistry['client']>): Promise<string[]> {
  const { repository, tag, layer } = setup;
  await using other = await startRegistry();
  const target = new RegistryClient(other.host, { credentials: {} });
  const codes = [
    await failureOf(client.getBlob(repository, layer.digest)),
    await failureOf(client.pullImage(repository, tag, { layout: join(folder, 'layout') })),
    await failureOf(client.pullImage(repository, tag, { archive: join(folder, 'archive.tar') })),
    await failureOf(client.copyImage(repository, tag, { client: target, repository: 'copy', reference: 'copied' })),
  ].map(({ code }) => code);
  expect(await target.headManifest('copy', 'copied')).toBeUndefined();
  await target.close();
  await client.close();
  return codes;
}

describe('Blob corrupt or truncated on the server: an integrity error, and nothing left on disk', () => {
  it.skipIf(!registries.available)('registry client: other bytes of the same length, served with 200 and a clean end', async () => {
    const changed = Buffer.from(setup.layer.bytes);
    changed[1000] = (changed[1000] ?? 0) ^ 1;
    await writeFile(setup.registry.blobPath(setup.layer.digest), changed);
    expect(await codesOfPulls(setup.client({}))).toEqual(['integrity', 'integrity', 'integrity', 'integrity']);
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(!registries.available)('registry client: a truncated blob', async () => {
    await truncate(setup.registry.blobPath(setup.layer.digest), 1000);
    expect(await codesOfPulls(setup.client({ retry: { retries: 0 } }))).toEqual(['integrity', 'integrity', 'integrity', 'integrity']);
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(!registries.available)('registry client: one bit flipped on the way', async () => {
    const client = setup.client();
    setup.proxy.always(/^GET .*blobs/, { kind: 'corrupt', atByte: 77 });
    expect(await codesOfPulls(client)).toEqual(['integrity', 'integrity', 'integrity', 'integrity']);
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(!registries.available)(
    'registry client: a manifest with one bit flipped is not believed, whatever the headers say',
    async () => {
      const client = setup.client({ retry: { retries: 0 } });
      setup.proxy.always(/^GET .*manifests/, { kind: 'corrupt', atByte: 30 });
      expect((await failureOf(client.getManifest(setup.repository, setup.image.manifest.digest))).code).toBe('integrity');
      await client.close();
    },
  );

  it.skipIf(!registries.available)('registry client: a Content-Length that lies, longer and shorter', async () => {
    const { proxy, repository, layer, image } = setup;
    const client = setup.client({ retry: { retries: 1 } });
    const longer = httpReply(200, { 'content-length': String(layer.bytes.length) }, 'short');
    proxy.on(/blobs/, { kind: 'respond', reply: longer }, { kind: 'respond', reply: longer });
    expect(['connection-lost', 'integrity']).toContain((await failureOf(client.getBlob(repository, layer.digest))).code);
    const body = image.manifest.bytes.toString();
    proxy.on(/manifests/, {
      kind: 'respond',
      reply: httpReply(200, { 'content-length': '20', 'content-type': image.manifest.mediaType }, body),
    });
    expect((await failureOf(client.getManifest(repository, image.manifest.digest))).code).toBe('integrity');
    await client.close();
  });
});

describe('Huge manifest, gzip bomb: limits on the compressed and decompressed bytes that are read', () => {
  const endless = (chunk: Buffer) => async (sink: ServerResponse) => {
    while (!sink.destroyed && sink.write(chunk)) await new Promise((resolve) => setImmediate(resolve));
    if (!sink.destroyed) sink.once('drain', () => void endless(chunk)(sink));
  };

  it('registry client: an endless manifest is left after 4 MiB', async () => {
    await using server = await serve((reply) => {
      reply.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
      void endless(Buffer.alloc(65_536, 32))(reply);
    });
    const client = server.client();
    expect((await failureOf(client.getManifest('a/b', 'x'))).code).toBe('integrity');
    expect((await failureOf(client.listTags('a/b'))).code).toBe('integrity');
    await client.close();
    expect(server.bytesSent()).toBeLessThan(64 * 1024 * 1024);
  });

  it('registry client: a gigabyte of zeros in a megabyte of gzip is left at the limit', async () => {
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    await using server = await serve((reply) => {
      reply.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'content-encoding': 'gzip' });
      reply.end(Buffer.concat(Array.from({ length: 16 }, () => member)));
    });
    const client = server.client();
    const digest = `sha256:${createHash('sha256').update('x').digest('hex')}`;
    const growth = await growthDuring(async () => {
      expect((await failureOf(client.getManifest('a/b', digest))).code).toBe('integrity');
    });
    await client.close();
    // Far from the gigabyte, however late the garbage goes.
    expect(growth).toBeLessThan(256 * 1024 * 1024);
  });
});

describe('Hostile archives: a tar with links, devices, absolute or climbing paths writes and reads nothing outside', () => {
  for (const name of ['../../etc/passwd', '/etc/passwd', 'blobs/sha256/../../../x', 'index.json\n']) {
    it(`registry client: pushing from an archive with an entry ${JSON.stringify(name)} is refused or reads only what it names`, async () => {
      const archive = join(folder, 'hostile.tar');
      await writeFile(archive, await writeTar([{ name, content: Buffer.from('{}') }]));
      const client = new RegistryClient('127.0.0.1:9', { credentials: {}, retry: { retries: 0 } });
      expect(['invalid-argument', 'integrity', 'not-found']).toContain((await failureOf(client.pushImage('a/b', 'x', { archive }))).code);
      await client.close();
      expect(await readdir(folder)).toEqual(['hostile.tar']);
    });
  }
});

/** A registry that answers everything in one way. */
async function serve(answer: (reply: ServerResponse) => void) {
  let sent = 0;
  const server = createServer((_, reply) => {
    const { socket } = reply;
    reply.on('close', () => {
      sent += socket?.bytesWritten ?? 0;
    });
    reply.on('error', () => {});
    answer(reply);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    client: () => new RegistryClient(`127.0.0.1:${port}`, { credentials: {}, retry: { retries: 0 } }),
    bytesSent: () => sent,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
