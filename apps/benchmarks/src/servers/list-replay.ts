import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../harness/serve.js';

/** Engines and registries in one: for each number a port, behind which there are so many containers, tags and layers. */
await serve<{ readonly counts: readonly number[] }>(async ({ counts }) => {
  const servers = counts.map((count) => createServer(answers(count)).listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    address: { ports: Object.fromEntries(counts.map((count, index) => [count, ports[index]])) },
    close: async () => {
      for (const server of servers) server.close();
    },
  };
});

type Reply = { readonly body: string | Buffer; readonly headers?: Readonly<Record<string, string>> };

function answers(count: number) {
  const containers = JSON.stringify(Array.from({ length: count }, (_, index) => container(index)));
  const tags = Array.from({ length: count }, (_, index) => `v1.0.${index}`);
  const blobs = new Map<string, Buffer>();
  const layers = Array.from({ length: count }, (_, index) => addBlob(blobs, layerType, Buffer.from(`layer ${index}`.padEnd(512, 'x'))));
  const config = addBlob(blobs, 'application/vnd.oci.image.config.v1+json', Buffer.from('{"architecture":"amd64","os":"linux"}'));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers });
  return (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://replay');
    const reply = route(url, { containers, tags, manifest, blobs });
    response.writeHead(reply === undefined ? 404 : 200, { 'api-version': '1.41', 'content-type': 'application/json', ...reply?.headers });
    response.end(request.method === 'HEAD' ? undefined : reply?.body);
  };
}

interface Content {
  readonly containers: string;
  readonly tags: readonly string[];
  readonly manifest: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar';
const tagsInPage = 100;

function route({ pathname, searchParams }: URL, { containers, tags, manifest, blobs }: Content): Reply | undefined {
  if (pathname.endsWith('/containers/json')) return { body: containers };
  if (pathname.endsWith('/_ping')) return { body: 'OK' };
  if (pathname.endsWith('/v2/') || pathname.endsWith('/version')) return { body: '{}' };
  if (pathname.includes('/manifests/')) return { body: manifest, headers: { 'content-type': manifestType } };
  const digest = /\/blobs\/(sha256:[0-9a-f]{64})$/.exec(pathname)?.[1];
  if (digest !== undefined) return blobReply(blobs.get(digest));
  if (pathname.endsWith('/tags/list')) return tagsPage(tags, Number(searchParams.get('last') ?? 0));
  return undefined;
}

function blobReply(blob: Buffer | undefined): Reply | undefined {
  return blob && { body: blob, headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.length) } };
}

function tagsPage(tags: readonly string[], start: number): Reply {
  const end = start + tagsInPage;
  const link = end < tags.length ? { link: `</v2/bench/tags/list?n=${tagsInPage}&last=${end}>; rel="next"` } : {};
  return { body: JSON.stringify({ name: 'bench', tags: tags.slice(start, end) }), headers: link };
}

function addBlob(blobs: Map<string, Buffer>, mediaType: string, bytes: Buffer) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}

/** As engine API 1.41 lists one. */
function container(index: number) {
  return {
    Id: index.toString(16).padStart(64, '0'),
    Names: [`/bench-${index}`],
    Image: 'busybox:latest',
    ImageID: `sha256:${'b'.repeat(64)}`,
    Command: 'sleep 600',
    Created: 1767225600 + index,
    Ports: [{ IP: '127.0.0.1', PrivatePort: 80, PublicPort: 30000, Type: 'tcp' }],
    Labels: { 'org.example.team': 'payments', 'org.example.index': String(index) },
    State: 'running',
    Status: 'Up 2 hours',
    HostConfig: { NetworkMode: 'default' },
    NetworkSettings: { Networks: { bridge: { NetworkID: 'c'.repeat(64), IPAddress: '172.17.0.2', Gateway: '172.17.0.1' } } },
    Mounts: [],
  };
}
