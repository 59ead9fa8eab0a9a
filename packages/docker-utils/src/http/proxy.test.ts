import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { registryEngine } from '@cloud/test-engines';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { RegistryClient } from '../index.js';
import { failureOf } from '../test-support/failure-of.js';
import { readAll } from '../test-support/sample-image.js';
import { proxyFor } from './proxy.js';

const secure = await registryEngine({ tls: true, auth: 'htpasswd' });
const plain = await registryEngine();
afterAll(secure.stop);
afterAll(plain.stop);

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A proxy that takes every request and every tunnel to one registry, and remembers what it was asked for. */
async function startProxy(targetHost: string, refuse = false) {
  const seen: { readonly what: string; readonly headers: IncomingHttpHeaders }[] = [];
  const port = Number(targetHost.split(':')[1]);
  const server = createServer((request, response) => {
    seen.push({ what: `${request.method} ${request.url}`, headers: request.headers });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"tags":["proxied"]}');
  });
  server.on('connect', (request, socket) => {
    seen.push({ what: `CONNECT ${request.url}`, headers: request.headers });
    if (refuse) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://user:proxy-pa55@127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe.skipIf(!secure.available)('through a proxy', () => {
  it('https goes in a tunnel, and the proxy sees no credentials but its own', async () => {
    const { host, credentials, certificate: ca } = secure.get();
    const proxy = await startProxy(host);
    // Only the proxy knows where that is.
    const client = new RegistryClient('https://registry.test', {
      credentials: credentials ?? {},
      environment: { https_proxy: proxy.url },
      tls: { ca },
    });
    const bytes = Buffer.from('through the tunnel');
    const { digest } = await client.pushBlob('app', bytes);
    expect((await readAll(client.getBlob('app', digest))).equals(bytes)).toBe(true);
    expect(new Set(proxy.seen.map(({ what }) => what))).toEqual(new Set(['CONNECT registry.test:443']));
    for (const { headers } of proxy.seen) {
      expect(headers).toMatchObject({ 'proxy-authorization': `Basic ${Buffer.from('user:proxy-pa55').toString('base64')}` });
      expect(headers.authorization).toBeUndefined();
    }
    await client.close();
  });

  it('IPv6 addresses are asked for in brackets', async () => {
    const proxy = await startProxy(plain.get().host, true);
    const options = { credentials: {}, environment: { all_proxy: proxy.url }, retry: { retries: 0 } };
    const [tunnelled, forwarded] = ['https', 'http'].map((scheme) => new RegistryClient(`${scheme}://[2001:db8::1]:5000`, options));
    await failureOf(tunnelled?.ping() ?? Promise.resolve());
    await forwarded?.ping();
    expect(proxy.seen.map(({ what }) => what)).toEqual(['CONNECT [2001:db8::1]:5000', 'GET http://[2001:db8::1]:5000/v2/']);
    await Promise.all([tunnelled?.close(), forwarded?.close()]);
  });

  it('a tunnel that the proxy never opens is given up with the client', async () => {
    let gone = () => {};
    const hungUp = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const silent = createServer().on('connect', (_, socket) => {
      socket.on('end', gone).on('error', gone);
      // Reads on, so that the end is seen.
      socket.resume();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const client = new RegistryClient('https://registry.test', {
      credentials: {},
      environment: { https_proxy: `http://127.0.0.1:${port}` },
      retry: { retries: 0 },
    });
    expect((await failureOf(client.ping({ timeoutMs: 200 }))).code).toBe('timeout');
    await client.close();
    await hungUp;
  });

  it('plain http is asked for by its whole URL', async () => {
    const proxy = await startProxy(plain.get().host);
    const client = new RegistryClient('registry.example.com', { insecure: true, credentials: {}, environment: { http_proxy: proxy.url } });
    expect(await client.listTags('app')).toEqual(['proxied']);
    expect(proxy.seen.map(({ what }) => what)).toEqual(['GET http://registry.example.com:80/v2/app/tags/list?n=1000']);
    expect(proxy.seen[0]?.headers['host']).toBe('registry.example.com');
    await client.close();
  });

  it('a refused tunnel says so, without the password', async () => {
    const proxy = await startProxy(secure.get().host, true);
    const client = new RegistryClient('registry.example.com', { credentials: {}, environment: { https_proxy: proxy.url } });
    const error = await failureOf(client.ping());
    expect(error).toMatchObject({ code: 'unavailable', retryable: false, message: expect.stringContaining('407') });
    expect(`${error.message}${error.stack}`).not.toContain('proxy-pa55');
    await client.close();
  });
});

it('takes a variable that is empty for one that is not set', () => {
  const url = new URL('https://registry.example/v2/');
  expect(proxyFor(url, { HTTPS_PROXY: '', https_proxy: '', ALL_PROXY: '', NO_PROXY: '' })).toBeUndefined();
  expect(proxyFor(url, { HTTPS_PROXY: '', ALL_PROXY: 'http://proxy.example:3128' })?.host).toBe('proxy.example:3128');
});
