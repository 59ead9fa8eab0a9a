import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { exchange } from '../shared/http.js';
import { httpReply } from './fault.js';
import { startHttpFaultProxy } from './http-fault-proxy.js';

const served: string[] = [];
const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    served.push(`${incoming.method} ${incoming.url} ${Buffer.concat(chunks)}`);
    outgoing.end('0123456789');
  });
})
  .on('upgrade', (_, socket: Socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    socket.pipe(socket);
  })
  .listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };

describe.each([false, true])('the HTTP fault proxy (unix socket: %s)', (unixSocket) => {
  const start = () => startHttpFaultProxy({ target, unixSocket });
  type Proxy = Awaited<ReturnType<typeof start>>;
  const get = (proxy: Proxy, path = '/', timeoutMs = 5_000) => exchange(proxy.address, { method: 'GET', path, timeoutMs });

  it('passes what nothing was scripted for, and writes down what was asked', async () => {
    await using proxy = await start();
    expect(await exchange(proxy.address, { method: 'POST', path: '/a?b=c', body: 'sent' })).toEqual({ status: 200, body: '0123456789' });
    expect(served.at(-1)).toBe('POST /a?b=c sent');
    expect(proxy.requests).toMatchObject([{ method: 'POST', url: '/a?b=c', headers: { host: 'engine' } }]);
  });

  it('disturbs single requests of one connection', async () => {
    await using proxy = await start();
    proxy.on(/^GET \/b/, { kind: 'respond', reply: httpReply(503, {}, '<html>') }, undefined, { kind: 'corrupt', atByte: 3 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const bodies: string[] = [];
    for (const path of ['/a', '/b', '/b', '/a', '/b']) {
      const outgoing = request({ ...proxy.address, path, agent }).end();
      const [reply] = await once(outgoing, 'response');
      let body = '';
      for await (const chunk of reply) body += chunk;
      bodies.push(body);
    }
    agent.destroy();
    expect(bodies).toEqual(['0123456789', '<html>', '0123456789', '0123456789', '0122456789']);
  });

  it('loses the reply of what was carried out, cuts, stalls, hangs, refuses', async () => {
    await using proxy = await start();
    const before = served.length;
    proxy.next(
      { kind: 'lose-reply' },
      { kind: 'cut', afterBytes: 4 },
      { kind: 'stall', afterBytes: 4 },
      { kind: 'hang' },
      { kind: 'refuse' },
    );
    await expect(get(proxy)).rejects.toThrow();
    await expect(get(proxy)).rejects.toThrow('aborted');
    await expect(get(proxy, '/', 100)).rejects.toThrow(/abort|timeout/i);
    await expect(get(proxy, '/', 100)).rejects.toThrow(/abort|timeout/i);
    await expect(get(proxy)).rejects.toThrow();
    expect(served.length).toBe(before + 3);
    expect((await get(proxy)).status).toBe(200);
  });

  it('cuts the requests that a fault holds, and no others', async () => {
    await using proxy = await start();
    proxy.on(/held/, { kind: 'hold-reply' });
    const held = get(proxy, '/held').then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => proxy.disturbed).toBe(1);
    const agent = new Agent({ keepAlive: true });
    const ask = async () => {
      const [reply] = await once(request({ ...proxy.address, path: '/other', agent }).end(), 'response');
      reply.resume();
      await once(reply, 'end');
    };
    await ask();
    proxy.cutDisturbed();
    expect(await held).toBe('cut');
    await ask();
    expect(proxy.openConnections).toBe(1);
    agent.destroy();
  });

  it('delays and trickles without changing a byte', async () => {
    await using proxy = await start();
    proxy.always(/slow/, { kind: 'trickle', bytes: 3, intervalMilliseconds: 1 });
    proxy.next({ kind: 'delay', milliseconds: 10 });
    expect([(await get(proxy, '/slow')).body, (await get(proxy, '/now')).body]).toEqual(['0123456789', '0123456789']);
    expect((await get(proxy, '/slow')).body).toBe('0123456789');
  });

  it('passes connections that are taken over', async () => {
    await using proxy = await start();
    const socket = connect('socketPath' in proxy.address ? { path: proxy.address.socketPath } : proxy.address);
    socket.write('POST /attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
    socket.write('echo');
    expect(String((await once(socket, 'data'))[0])).toBe('echo');
    socket.destroy();
  });
});

it.each([{}, { connection: 'Upgrade', upgrade: 'tcp' }])(
  'throws nothing when it stops before its target has replied (%j)',
  async (headers) => {
    const uncaught: Error[] = [];
    const onUncaught = (error: Error) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', onUncaught);
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    // It takes requests of both kinds and replies to none.
    const arrived = new Promise<Socket>((resolve) => {
      silent.on('request', ({ socket }) => resolve(socket));
      silent.on('upgrade', ({ socket }) => resolve(socket));
    });
    try {
      const proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: (silent.address() as AddressInfo).port } });
      const [host = '', port] = (proxy.host ?? '').split(':');
      const client = request({ host, port, headers }).on('error', () => {});
      client.end();
      const socket = await arrived;
      await proxy.stop();
      socket.destroy();
      // Node emits the error of a broken connection in a later turn of the event loop.
      await sleep(50);
      expect(uncaught).toEqual([]);
    } finally {
      process.off('uncaughtExceptionMonitor', onUncaught);
      silent.closeAllConnections();
      silent.close();
    }
  },
);
