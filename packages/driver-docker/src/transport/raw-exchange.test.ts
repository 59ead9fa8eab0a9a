import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tcpEndpoint } from '../connection/engine-endpoint.js';
import { openRawExchange, type RawExchange } from './raw-exchange.js';

const servers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

/** An engine that answers any request with these writes, each in a packet of its own, and then ends. */
async function answering(...writes: readonly (string | Uint8Array)[]) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', async () => {
      for (const text of writes) {
        socket.write(text);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const endpoint = tcpEndpoint('127.0.0.1', (server.address() as AddressInfo).port);
  return () => openRawExchange(endpoint, { method: 'GET', path: '/logs' }, new AbortController().signal);
}

describe('openRawExchange', () => {
  it('rejects with the status when the body of a failure is broken after its head', async () => {
    const open = await answering('HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n', '5\r\nhello', '\r\nzz\r\n');
    await expect(open()).rejects.toMatchObject({ name: 'EngineHttpError', status: 500 });
  });

  it('reads the reason of a failure of which a character comes in two packets', async () => {
    const body = Buffer.from('{"message":"name é"}');
    const middle = body.length - 3;
    const head = `HTTP/1.1 409 Conflict\r\nContent-Length: ${body.length}\r\n\r\n`;
    const open = await answering(head, body.subarray(0, middle), body.subarray(middle));
    await expect(open()).rejects.toMatchObject({ status: 409, reason: 'name \u00e9' });
  });

  it('refuses a reply with two lengths', async () => {
    const open = await answering('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nbody');
    await expect(open()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    ['in one packet', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody']],
    ['in several', ['HTTP/1.1 103 Early Hints\r\n\r\n', 'HTTP/1.1 200 OK\r\n', '\r\nbody']],
  ])('skips interim replies that come %s', async (_, writes) => {
    const exchange = await (await answering(...writes))();
    expect(exchange.head.status).toBe(200);
    let body = '';
    await new Promise<void>((resolve, reject) => {
      exchange.receive({
        take: (buffer, start, end) => {
          body += buffer.toString('latin1', start, end);
        },
        afterRead: () => true,
        end: (error) => (error === undefined ? resolve() : reject(error)),
      });
    });
    expect(body).toBe('body');
  });

  it('takes 101 for the reply', async () => {
    const exchange = await (await answering('HTTP/1.1 101 UPGRADED\r\n\r\n'))();
    expect(exchange.head.status).toBe(101);
    exchange.connection.destroy();
  });

  describe('hands a body over slice by slice', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

    /** Asks for a pause after each slice; `resume` says when it ends. */
    async function readSlices(reply: string, resume: (exchange: RawExchange, when: 'taking' | 'later') => void) {
      const exchange = await (await answering(reply))();
      const slices: string[] = [];
      const error = await new Promise<Error | undefined>((resolve) => {
        exchange.receive({
          sliceBytes: 6,
          take: (buffer, start, end) => {
            slices.push(buffer.toString('latin1', start, end));
            resume(exchange, 'taking');
          },
          afterRead: () => {
            setTimeout(() => resume(exchange, 'later'), 30);
            return false;
          },
          end: resolve,
        });
      });
      return { slices, error };
    }

    // By the second slice the connection has ended.
    const later = (exchange: RawExchange, when: string) => {
      if (when === 'later') exchange.resume();
    };
    const atOnce = (exchange: RawExchange, when: string) => {
      if (when === 'taking') exchange.resume();
    };

    it('goes on where it paused', async () => {
      const { slices, error } = await readSlices(`${head}3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`, later);
      expect(slices).toEqual(['abc', 'd', 'ef']);
      expect(error).toBeUndefined();
    });

    it('is not held up by one who wants more while it takes', async () => {
      const { slices, error } = await readSlices(`${head}1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n`, atOnce);
      expect(slices).toEqual(['a', 'b', 'c']);
      expect(error).toBeUndefined();
    });

    it('tells that the body is cut after all that came of it', async () => {
      const { slices, error } = await readSlices(`${head}3\r\nabc\r\n9\r\ndef`, later);
      expect(slices).toEqual(['abc', 'd', 'ef']);
      expect(error).toMatchObject({ code: 'ECONNRESET' });
    });
  });
});
