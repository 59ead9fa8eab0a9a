import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../shared/http.js';
import { httpReply } from './fault.js';
import { startFaultProxy } from './fault-proxy.js';

let served = 0;
const server = createServer((incoming, outgoing) => {
  served += 1;
  incoming.resume();
  outgoing.end('0123456789');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };

describe.each([false, true])('the fault proxy (unix socket: %s)', (unixSocket) => {
  const get = (proxy: { address: typeof target | { socketPath: string } }, timeoutMs = 5_000) =>
    exchange(proxy.address, { method: 'GET', path: '/', timeoutMs });

  it('passes what nothing was scripted for, and counts', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    expect(await get(proxy)).toEqual({ status: 200, body: '0123456789' });
    proxy.next(undefined, { kind: 'refuse' });
    expect((await get(proxy)).status).toBe(200);
    await expect(get(proxy)).rejects.toThrow();
    expect((await get(proxy)).status).toBe(200);
    expect(proxy.connectionCount).toBe(4);
  });

  it('loses the reply after forwarding the request', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    const before = served;
    proxy.next({ kind: 'cut', afterBytes: 0 });
    await expect(get(proxy)).rejects.toThrow();
    expect(served).toBe(before + 1);
  });

  it('hangs until the caller gives up', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    const before = served;
    proxy.always({ kind: 'hang' });
    await expect(get(proxy, 100)).rejects.toThrow(/abort|timeout/i);
    expect(served).toBe(before);
  });

  it('delays and trickles without changing a byte', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    proxy.next({ kind: 'delay', milliseconds: 20 }, { kind: 'trickle', bytes: 7, intervalMilliseconds: 1 });
    expect((await get(proxy)).body).toBe('0123456789');
    expect((await get(proxy)).body).toBe('0123456789');
  });

  it('corrupts one bit of one byte', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    // "HTTP/1.1 200 OK": the second 0 becomes a 1.
    proxy.next({ kind: 'corrupt', atByte: 11 });
    expect((await get(proxy)).status).toBe(201);
  });

  it('answers by itself', async () => {
    await using proxy = await startFaultProxy({ target, unixSocket });
    const before = served;
    proxy.next({ kind: 'respond', reply: httpReply(503, { 'retry-after': '1' }, '<html>busy</html>') });
    expect(await get(proxy)).toEqual({ status: 503, body: '<html>busy</html>' });
    expect(served).toBe(before);
    // A length that lies.
    proxy.next({ kind: 'respond', reply: httpReply(200, { 'content-length': '100' }, 'short') });
    await expect(get(proxy)).rejects.toThrow('aborted');
  });
});
