import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tcpEndpoint } from '../connection/engine-endpoint.js';
import { KeptConnections } from './kept-connections.js';

const servers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK';

/** What an engine does with the request number `request` of its connection number `connection`, both from 1. */
type Answer = (socket: Socket, connection: number, request: number) => void;

/** An engine of which every request is short enough to come in one piece. */
async function startEngine(answer: Answer) {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = sockets.push(socket);
    let count = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      requests.push(bytes.toString('latin1').split('\r\n')[0] ?? '');
      count += 1;
      answer(socket, connection, count);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kept = new KeptConnections(tcpEndpoint('127.0.0.1', (server.address() as AddressInfo).port));
  servers.push({
    async [Symbol.asyncDispose]() {
      kept.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  let retries = 0;
  const send = (method = 'GET', onStop: Parameters<KeptConnections['exchange']>[1] = () => () => {}, path = '/x') =>
    kept.exchange({ method, path }, onStop, () => {
      retries += 1;
    });
  return { sockets, requests, send, retries: () => retries };
}

describe('KeptConnections', () => {
  it('sends one request after the other over one connection, and those of one time over several', async () => {
    const { sockets, send } = await startEngine((socket) => socket.write(OK));
    for (let time = 0; time < 3; time++) expect(await send()).toMatchObject({ status: 200, body: 'OK' });
    expect(sockets).toHaveLength(1);
    await Promise.all([send(), send(), send()]);
    expect(sockets).toHaveLength(3);
    await Promise.all([send(), send(), send()]);
    expect(sockets).toHaveLength(3);
  });

  it.each([
    ['a length', `HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nna\u00c3\u00afve\r\n`],
    ['chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nna\u00c3\r\n5\r\n\u00afve\r\n\r\n0\r\n\r\n`],
  ])('reads a body with %s wherever the connection splits it, and goes on with the connection', async (_, reply) => {
    const bytes = Buffer.from(reply, 'latin1');
    const { sockets, send } = await startEngine((socket, _connection, request) => {
      socket.write(bytes.subarray(0, request));
      setTimeout(() => socket.write(bytes.subarray(request)), 2);
    });
    for (let at = 1; at < bytes.length; at++) expect((await send()).body).toBe('na\u00efve\r\n');
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['has something behind it', `${OK}HTTP/1.1 200 OK\r\n`],
    ['says that it is the last', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nOK'],
    ['says how long the connection is kept', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nOK'],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK'],
  ])('does not go on with a connection whose reply %s', async (_, reply) => {
    const { sockets, send } = await startEngine((socket) => socket.write(reply));
    expect((await send()).body).toBe('OK');
    expect((await send()).body).toBe('OK');
    expect(sockets).toHaveLength(2);
  });

  it('reads to the end of the connection when no length is said', async () => {
    const { send } = await startEngine((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nOK'));
    expect((await send()).body).toBe('OK');
  });

  it('expects no body of a reply to HEAD, nor of 204 and 304', async () => {
    const heads = ['200 OK\r\nContent-Length: 5', '204 No Content', '304 Not Modified'];
    const { sockets, send } = await startEngine((socket, _, request) => socket.write(`HTTP/1.1 ${heads[request - 1]}\r\n\r\n`));
    expect(await send('HEAD')).toMatchObject({ status: 200, body: '' });
    expect(await send()).toMatchObject({ status: 204, body: '' });
    expect(await send()).toMatchObject({ status: 304, body: '' });
    expect(sockets).toHaveLength(1);
  });

  it('repeats what may be repeated when a kept connection turns out to be closed', async () => {
    const { requests, send, retries } = await startEngine((socket, connection, request) => {
      if (connection === 1 && request === 2) socket.destroy();
      else socket.write(OK);
    });
    await send('POST');
    expect((await send('GET')).body).toBe('OK');
    expect(requests).toHaveLength(3);
    expect(retries()).toBe(1);
  });

  it('repeats nothing else, and nothing of which a part of the reply has come', async () => {
    const { requests, send, retries } = await startEngine((socket, _, request) => {
      if (request === 1) socket.write(OK);
      else if (requests.at(-1)?.startsWith('POST')) socket.destroy();
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nO');
    });
    await send();
    await expect(send('POST')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await send();
    await expect(send('GET')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toHaveLength(4);
    expect(retries()).toBe(0);
  });

  it('takes a new connection when the engine has closed the idle one', async () => {
    const { sockets, send, retries } = await startEngine((socket) => socket.write(OK));
    await send();
    const closed = once(sockets[0] as Socket, 'close');
    sockets[0]?.end();
    await closed;
    expect((await send('POST')).body).toBe('OK');
    expect(retries()).toBe(0);
  });

  it.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nOK', 'ECONNRESET'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'ECONNRESET'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'EPROTO'],
  ])('refuses a reply with %s while the connection stays open', async (_, reply, code) => {
    const { send } = await startEngine((socket) => socket.write(reply));
    await expect(send()).rejects.toMatchObject({ code });
  });

  it('ends the connection with the call, whether it has begun or not', async () => {
    const { sockets, requests, send } = await startEngine((socket, _, request) => {
      if (request === 1) socket.write(OK);
    });
    await send();
    let stop: (reason: unknown) => void = () => {};
    let released = 0;
    const sending = send('GET', (listener) => {
      stop = listener;
      return () => {
        released += 1;
      };
    });
    await expect.poll(() => requests).toHaveLength(2);
    const closed = once(sockets[0] as Socket, 'close');
    stop('enough');
    await expect(sending).rejects.toBe('enough');
    await closed;
    expect(released).toBe(1);

    const stopped = send('GET', (listener) => {
      listener('too late');
      return () => {};
    });
    await expect(stopped).rejects.toBe('too late');
    expect(requests).toHaveLength(2);
    expect((await send()).body).toBe('OK');
  });

  it('never sends a path that would begin another request', async () => {
    const { requests, send } = await startEngine((socket) => socket.write(OK));
    await expect(send('GET', undefined, '/x HTTP/1.1\r\n\r\nDELETE /y')).rejects.toThrow(/path/);
    expect(requests).toEqual([]);
  });
});
