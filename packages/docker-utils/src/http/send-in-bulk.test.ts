import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Call, HttpReply } from './exchange.js';
import { sendInBulk } from './send-in-bulk.js';

let answer: (socket: Socket) => void;
let connections: Socket[] = [];
const server = createServer((socket) => {
  connections.push(socket);
  socket.on('error', () => undefined);
  socket.once('data', () => answer(socket));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/a/blobs/x`);

function get(call: Partial<Call> = {}): Promise<HttpReply | undefined> {
  connections = [];
  const { signal = new AbortController().signal, stallTimeoutMs = 20_000 } = call;
  return sendInBulk({ url, headers: { accept: '*/*' } }, { operation: 'getBlob', signal, stallTimeoutMs, redact: (text) => text });
}

async function bodyOf(reply: HttpReply | undefined, onChunk = (_chunk: Buffer) => {}): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of reply?.body ?? []) {
    copies.push(Buffer.from(chunk));
    onChunk(chunk);
  }
  return Buffer.concat(copies);
}

const reply = (length: number, ...more: string[]) => ['HTTP/1.1 200 OK', `Content-Length: ${length}`, ...more, '', ''].join('\r\n');

describe('sendInBulk', () => {
  it('takes head and body apart wherever the connection splits them', async () => {
    const whole = Buffer.from(`${reply(12, 'X-One: 1')}hello, world`);
    for (let at = 1; at < whole.length; at++) {
      answer = async (socket) => {
        socket.setNoDelay(true);
        socket.write(whole.subarray(0, at));
        await sleep(2);
        socket.write(whole.subarray(at));
      };
      const got = await get();
      expect(got).toMatchObject({ status: 200, headers: { 'x-one': '1' }, peerAddress: '127.0.0.1' });
      expect((await bodyOf(got)).toString()).toBe('hello, world');
    }
  });

  it('gives every byte of a long body, whose memory is used again', async () => {
    const content = randomBytes(12_000_000);
    answer = (socket) => socket.end(Buffer.concat([Buffer.from(reply(content.length)), content]));
    const memory = new Set<ArrayBufferLike>();
    const got = await get();
    const body = await bodyOf(got, (chunk) => {
      memory.add(chunk.buffer);
      got?.giveBack?.(chunk);
    });
    expect(body.equals(content)).toBe(true);
    expect(memory.size).toBeLessThanOrEqual(4);
  });

  it('leaves alone what is not given back', async () => {
    const content = randomBytes(12_000_000);
    answer = (socket) => socket.end(Buffer.concat([Buffer.from(reply(content.length)), content]));
    const kept: Buffer[] = [];
    await bodyOf(await get(), (chunk) => kept.push(chunk));
    expect(Buffer.concat(kept).equals(content)).toBe(true);
  });

  it('reads no further than its reader', async () => {
    let written = 0;
    answer = (socket) => {
      socket.write(reply(500_000_000));
      const piece = Buffer.alloc(1_000_000);
      const more = () => {
        while (written < 500 && !socket.destroyed) {
          written++;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('drain', more);
      more();
    };
    const got = await get();
    for (let before = -1; before !== written; await sleep(200)) before = written;
    // Nobody reads: what the kernel takes for both ends, and no more.
    expect(written).toBeLessThan(100);
    got?.body.destroy();
  });

  it('drops what is beyond the length, and ends the connection', async () => {
    answer = (socket) => socket.write(`${reply(5)}hello, world`);
    expect((await bodyOf(await get())).toString()).toBe('hello');
    await expect.poll(() => connections[0]?.destroyed).toBe(true);
  });

  it('fails when the body is shorter than its length', async () => {
    answer = (socket) => socket.end(`${reply(12)}hello`);
    const got = await get();
    await expect(bodyOf(got)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['without a length', 'HTTP/1.1 200 OK\r\n\r\nhello'],
    ['with a head that does not end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}`],
    ['that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ])('leaves a reply %s to the ordinary way, and closes the connection', async (_, text) => {
    answer = (socket) => socket.write(text);
    expect(await get()).toBe(undefined);
    await expect.poll(() => connections[0]?.destroyed).toBe(true);
  });

  it('rejects with the reason of an abort, before it began and while it waits', async () => {
    const reason = new Error('enough');
    await expect(get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(connections).toEqual([]);
    const controller = new AbortController();
    answer = () => controller.abort(reason);
    await expect(get({ signal: controller.signal })).rejects.toBe(reason);
    await expect.poll(() => connections[0]?.destroyed).toBe(true);
  });

  it('does not wait for ever for a head', async () => {
    answer = () => undefined;
    await expect(get({ stallTimeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is connection-lost when the server hangs up instead of answering', async () => {
    answer = (socket) => socket.destroy();
    await expect(get()).rejects.toMatchObject({ code: 'connection-lost' });
  });
});
