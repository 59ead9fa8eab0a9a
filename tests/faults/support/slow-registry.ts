import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const LAYER_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 4096;
const INTERVAL_MS = 200;
const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Starts a registry from which no pull and to which no push comes to an end: it sends the layer of its one image in small pieces and does
 * not read what it is sent.
 */
export async function startSlowRegistry(listenAddress: string): Promise<{ readonly host: string } & AsyncDisposable> {
  const config = Buffer.from(`{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:${'0'.repeat(64)}"]}}`);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: digestOf(config) },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: LAYER_BYTES, digest: `sha256:${'1'.repeat(64)}` }],
    }),
  );
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const head = { 'content-type': MANIFEST_TYPE, 'content-length': manifest.length, 'docker-content-digest': digestOf(manifest) };
    if (url === '/v2/') response.writeHead(200).end();
    else if (method === 'POST')
      response.writeHead(202, { location: `${url.replace(/\/$/, '')}/1`, 'docker-upload-uuid': '1', range: '0-0' }).end();
    else if (method === 'PATCH' || method === 'PUT') request.pause();
    else if (method === 'HEAD' && url.includes('/blobs/')) response.writeHead(404).end();
    else if (url.includes('/manifests/')) response.writeHead(200, head).end(method === 'HEAD' ? undefined : manifest);
    else if (url.endsWith(digestOf(config))) response.writeHead(200, { 'content-length': config.length }).end(config);
    else trickle(response, timers);
  });
  await new Promise<void>((resolve) => server.listen(0, listenAddress, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `${listenAddress}:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function trickle(response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  response.writeHead(200, { 'content-length': LAYER_BYTES });
  const timer = setInterval(() => response.write(Buffer.alloc(PIECE_BYTES)), INTERVAL_MS);
  timers.add(timer);
  response.once('close', () => clearInterval(timer));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
