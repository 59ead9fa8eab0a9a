import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../test-support/failure-of.js';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { ReceiverThreads } from './receiver-threads.js';

const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const sound = head('X-First: 1', `Content-Length: ${content.length}`);

let answer: (socket: Socket) => void;
let requests: string[] = [];
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (request) => {
    requests.push(request.toString());
    answer(socket);
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/a/blobs/x?y=z`);

const makeFolder = temporaryFolders();
const threads = new ReceiverThreads();
let path: string;
let file: FileHandle;
beforeEach(async () => {
  requests = [];
  path = join(await makeFolder(), 'file');
  file = await open(path, 'wx+');
});
afterEach(() => file.close());
afterAll(() => threads.end());

function receive(
  more: { fd?: number; signal?: AbortSignal; stallTimeoutMs?: number; onWritten?: (bytes: number) => void } = {},
  by = threads,
) {
  const { fd = file.fd, signal = new AbortController().signal, stallTimeoutMs = 20_000, onWritten = () => undefined } = more;
  const part = { fd, position: 5, bytes: content.length, algorithm: 'sha256', onWritten };
  return by.receive({ url, headers: { authorization: 'Bearer x' } }, part, {
    operation: 'pullImage',
    signal,
    stallTimeoutMs,
    redact: (text) => text,
  });
}

describe('threads that read replies into files', () => {
  it('write and hash a body that comes in pieces, and what follows it does not count', async () => {
    answer = (socket) => {
      for (const piece of [sound.slice(0, 9), sound.slice(9), content.subarray(0, 1), content.subarray(1), 'more']) {
        socket.write(piece);
      }
    };
    const reached: number[] = [];
    expect(await receive({ onWritten: (bytes) => reached.push(bytes) })).toBe(sha256);
    expect(reached.at(-1)).toBe(content.length);
    expect(reached.toSorted((a, b) => a - b)).toEqual(reached);
    expect((await readFile(path)).subarray(5).equals(content)).toBe(true);
    expect(requests).toEqual([
      `GET /v2/a/blobs/x?y=z HTTP/1.1\r\nhost: ${url.host}\r\nconnection: close\r\nauthorization: Bearer x\r\n\r\n`,
    ]);
  });

  it.each([
    ['a redirect', sound.replace('200 OK', '307 Temporary Redirect')],
    ['a range', sound.replace('200', '206')],
    ['another length', head('Content-Length: 3')],
    ['two lengths', head(`Content-Length: ${content.length}`, 'Content-Length: 3')],
    ['no length', head('Content-Type: x/y')],
    ['chunks', head('Transfer-Encoding: chunked', `Content-Length: ${content.length}`)],
    ['an encoding', head('content-encoding: gzip', `Content-Length: ${content.length}`)],
    ['what is not HTTP', `SSH-2.0\r\n\r\n`],
    ['an endless head', 'x'.repeat(70_000)],
  ])('leave %s to others, and everything after it', async (_, reply) => {
    const own = new ReceiverThreads();
    answer = (socket) => socket.write(reply);
    expect(await receive({}, own)).toBeUndefined();
    expect(await receive({}, own)).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect((await readFile(path)).length).toBe(0);
    await own.end();
  });

  it('tell how far a body came that breaks off', async () => {
    answer = (socket) => {
      socket.write(sound);
      socket.end(content.subarray(0, 1_000_000));
    };
    let reached = 0;
    const error = await failureOf(
      receive({
        onWritten: (bytes) => {
          reached = bytes;
        },
      }),
    );
    expect(error).toMatchObject({ code: 'connection-lost', retryable: true });
    expect(reached).toBe(1_000_000);
  });

  it('end at a stall, and at an abort with its reason', async () => {
    answer = (socket) => socket.write(sound + content.toString('latin1', 0, 10), 'latin1');
    expect((await failureOf(receive({ stallTimeoutMs: 50 }))).code).toBe('timeout');
    const controller = new AbortController();
    const reason = new Error('enough');
    await expect(receive({ signal: controller.signal, onWritten: () => controller.abort(reason) })).rejects.toBe(reason);
    await expect(receive({ signal: controller.signal })).rejects.toBe(reason);
  });

  it('give the error of the file as it is', async () => {
    answer = (socket) => socket.write(Buffer.concat([Buffer.from(sound), content]));
    const readOnly = await open(path, 'r');
    await expect(receive({ fd: readOnly.fd })).rejects.toMatchObject({ code: 'EBADF' });
    await readOnly.close();
  });
});
