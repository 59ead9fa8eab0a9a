// What a registry names (redirects, uploads, foreign layers) is tried on the real client over real sockets.
import type { LookupAddress, LookupOptions } from 'node:dns';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubClient, RegistryClient, type RegistryClientOptions } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { jsonBlob, OCI_MANIFEST, readAll, sampleBlob } from '../test-support/sample-image.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';

// No machine has a public address in a test: 127.0.0.2 plays one.
vi.mock('../http/address.js', async (original) => {
  const real = await original<typeof import('../http/address.js')>();
  const unlessPublic = (check: (host: string) => boolean) => (host: string) => host !== '127.0.0.2' && check(host);
  return {
    ...real,
    isPrivateAddress: unlessPublic(real.isPrivateAddress),
    isLoopbackHost: unlessPublic(real.isLoopbackHost),
    isPrivateHost: unlessPublic(real.isPrivateHost),
  };
});

// What each next lookup of a name returns; the last answer is kept.
const names = vi.hoisted(() => new Map<string, string[]>());
vi.mock('node:dns', async (original) => {
  const real = await original<typeof import('node:dns')>();
  const lookup = (hostname: string, options: LookupOptions, callback: (error: Error | null, addresses: LookupAddress[]) => void) => {
    const answers = names.get(hostname) ?? [];
    const address = answers.length > 1 ? answers.shift() : answers[0];
    if (address === undefined) real.lookup(hostname, { ...options, all: true }, callback);
    else callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  };
  return { ...real, lookup };
});

const makeFolder = temporaryFolders();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  names.clear();
});

interface Listener {
  readonly host: string;
  readonly port: number;
  /** Methods and paths. */
  readonly seen: string[];
}

async function listen(address: string, answer: RequestListener): Promise<Listener> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { host: `${address}:${port}`, port, seen };
}

function clientOf(registry: Listener, more: Partial<RegistryClientOptions> = {}): RegistryClient {
  const client = new RegistryClient(`http://${registry.host}`, { credentials: {}, retry: { retries: 0 }, ...more });
  closers.push(() => client.close());
  return client;
}

const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
const blob = sampleBlob(bytes);
const foreign = (url: string) =>
  jsonBlob({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    layers: [{ mediaType: 'x', digest: blob.digest, size: bytes.length, urls: [url] }],
  });

/** How a registry names an address, and the call that follows it. */
interface Naming {
  readonly title: string;
  readonly answer: (target: string) => RequestListener;
  readonly call: (client: RegistryClient) => Promise<unknown>;
}

const redirect = (method: string, path: RegExp) => (target: string) =>
  ((request: IncomingMessage, response) => {
    if (request.method === method && path.test(request.url ?? '')) response.writeHead(307, { location: `${target}/named` }).end();
    else response.writeHead(404).end();
  }) as RequestListener;

const NAMINGS: readonly Naming[] = [
  { title: 'a redirect of a manifest', answer: redirect('GET', /manifests/), call: (client) => client.getManifest('app', 'v1') },
  { title: 'a redirect of a blob', answer: redirect('GET', /blobs/), call: (client) => readAll(client.getBlob('app', blob.digest)) },
  { title: 'a redirect of a question for a blob', answer: redirect('HEAD', /blobs/), call: (client) => client.pushBlob('app', bytes) },
  { title: 'a redirect of an upload', answer: redirect('POST', /uploads/), call: (client) => client.pushBlob('app', bytes) },
  {
    title: 'the Location of an upload',
    answer: (target) => (request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: `${target}/upload` }).end();
      else response.writeHead(404).end();
    },
    call: (client) => client.pushBlob('app', bytes),
  },
  {
    title: 'the Location of the next chunk of an upload',
    answer: (target) => (request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/upload' }).end();
      else if (request.method !== 'PATCH') response.writeHead(404).end();
      else request.on('end', () => response.writeHead(202, { location: `${target}/upload` }).end());
    },
    call: (client) => client.pushBlob('app', bytes, { chunkBytes: 1024 * 1024 }),
  },
  {
    title: 'the URL of a foreign layer',
    answer: (target) => (request, response) => {
      if (/manifests/.test(request.url ?? '')) {
        response.writeHead(200, { 'content-type': OCI_MANIFEST }).end(foreign(`${target}/layer`).bytes);
      } else response.writeHead(404).end();
    },
    call: async (client) => client.pullImage('app', 'v1', { layout: await makeFolder() }),
  },
];

describe.each(NAMINGS)('$title', ({ answer, call }) => {
  let inside: Listener;
  beforeEach(async () => {
    inside = await listen('127.0.0.1', (_, response) => response.writeHead(200).end(bytes));
  });

  it('is not followed to a private address when the registry has a public one', async () => {
    const registry = await listen('127.0.0.2', answer(`http://${inside.host}`));
    const error = await failureOf(call(clientOf(registry)));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('trustedHosts') });
    expect(inside.seen).toEqual([]);
  });

  it('is not followed to a name that resolves to a private address', async () => {
    names.set('inside.example.com', ['127.0.0.1']);
    const registry = await listen('127.0.0.2', answer(`http://inside.example.com:${inside.port}`));
    const error = await failureOf(call(clientOf(registry)));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('trustedHosts') });
    expect(inside.seen).toEqual([]);
  });

  it('goes to the address that was checked when the name resolves to another one afterwards', async () => {
    const answers = ['127.0.0.2', '127.0.0.1'];
    names.set('rebinding.example.com', answers);
    // Nothing listens at the first address.
    const registry = await listen('127.0.0.2', answer(`http://rebinding.example.com:${inside.port}`));
    await failureOf(call(clientOf(registry)));
    expect(inside.seen).toEqual([]);
  });

  it('is followed to a private address when its host is trusted', async () => {
    const registry = await listen('127.0.0.2', answer(`http://${inside.host}`));
    await call(clientOf(registry, { trustedHosts: ['127.0.0.1'] })).catch(() => undefined);
    expect(inside.seen.length).toBeGreaterThan(0);
  });

  it('is followed to a private address when the registry has one as well', async () => {
    const registry = await listen('127.0.0.1', answer(`http://${inside.host}`));
    await call(clientOf(registry)).catch(() => undefined);
    expect(inside.seen.length).toBeGreaterThan(0);
  });
});

it('refuses a private address when the registry is reached through a proxy', async () => {
  const target = 'http://169.254.169.254/latest/meta-data';
  const proxy = await listen('127.0.0.1', (_, response) => response.writeHead(307, { location: target }).end());
  const client = new RegistryClient('http://registry.test', {
    credentials: {},
    retry: { retries: 0 },
    environment: { http_proxy: `http://${proxy.host}` },
  });
  closers.push(() => client.close());
  expect((await failureOf(client.getManifest('app', 'v1'))).message).toContain('trustedHosts');
  expect(proxy.seen).toEqual(['GET http://registry.test:80/v2/app/manifests/v1']);
});

it('sends no user and password when the Location of an upload has them', async () => {
  const authorizations: (string | undefined)[] = [];
  const registry = await listen('127.0.0.1', (request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.method === 'POST') response.writeHead(202, { location: `http://user:secret@${request.headers.host}/upload` }).end();
    else if (request.method === 'PUT') request.on('end', () => response.writeHead(201).end());
    else response.writeHead(404).end();
  });
  await clientOf(registry).pushBlob('app', Buffer.from('x'));
  expect(authorizations).toEqual([undefined, undefined, undefined]);
});

it.each(['ftp://127.0.0.2/upload', 'file:///etc/passwd'])('refuses the Location %s of an upload', async (location) => {
  const registry = await listen('127.0.0.2', (request, response) =>
    response.writeHead(request.method === 'POST' ? 202 : 404, { location }).end(),
  );
  expect(await failureOf(clientOf(registry).pushBlob('app', Buffer.from('x')))).toMatchObject({ code: 'unavailable', retryable: false });
});

it('does not follow a redirect of Docker Hub to a private address', async () => {
  const inside = await listen('127.0.0.1', (_, response) => response.end('{}'));
  const hub = await listen('127.0.0.2', (_, response) => response.writeHead(302, { location: `http://${inside.host}/x` }).end());
  const client = new HubClient({ url: `http://${hub.host}`, retry: { retries: 0 } });
  closers.push(() => client.close());
  expect((await failureOf(client.getRepository('ubuntu'))).code).toBe('unavailable');
  expect(inside.seen).toEqual([]);
});

it('follows a redirect of the Hub to a private address only when its host is trusted', async () => {
  const inside = await listen('127.0.0.1', (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  const hub = await listen('127.0.0.2', (_, response) => response.writeHead(307, { location: `http://${inside.host}/` }).end());
  const search = async (trustedHosts?: readonly string[]) => {
    const client = new HubClient({ url: `http://${hub.host}`, retry: { retries: 0 }, environment: {}, trustedHosts });
    closers.push(() => client.close());
    return client.getRepository('ubuntu').catch((error: unknown) => error);
  };
  expect(await search()).toMatchObject({ retryable: false, message: expect.stringContaining('trustedHosts') });
  expect(inside.seen).toEqual([]);
  await search(['127.0.0.1']);
  expect(inside.seen.length).toBeGreaterThan(0);
});

it.each([
  ['arrays', (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`],
  ['objects', (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
])('refuses a manifest when its %s are half a million levels deep', async (_what, nest) => {
  const deep = nest(500_000);
  for (const body of [deep, `{"schemaVersion":2,"layers":${deep}}`, `{"schemaVersion":2,"config":${deep},"layers":[]}`]) {
    const registry = await listen('127.0.0.1', (_, response) => response.writeHead(200, { 'content-type': OCI_MANIFEST }).end(body));
    const client = clientOf(registry);
    const layout = await makeFolder();
    for (const call of [() => client.getManifest('app', 'v1'), () => client.pullImage('app', 'v1', { layout })]) {
      expect(await failureOf(call())).toMatchObject({ name: 'ContainerError', code: expect.stringMatching(/^(integrity|unsupported)$/) });
    }
  }
});
