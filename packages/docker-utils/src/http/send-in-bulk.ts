import type { IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { watchPeer } from '@cloud/container-core/driver-kit';
import { bareHost } from './address.js';
import { BufferPool } from './buffer-pool.js';
import { connectionError, stalled } from './connection-error.js';
import type { Call, HttpReply, HttpRequest } from './exchange.js';
import { ProgressWatch } from './progress-watch.js';
import { requestHead } from './request-head.js';
import { type PlainHead, parsePlainHead } from './response-head.js';

const MAX_HEAD_BYTES = 32 * 1024;

/**
 * Reads a long body over a plain connection of its own: a socket that reads into large buffers, which are used again. Node's http
 * brings every 64 KiB in fresh memory, which takes half as much CPU again as all the rest of a verified download.
 *
 * For GETs over plain http without a proxy.
 *
 * @returns `undefined` when the reply is none that is read here ({@link parsePlainHead}); the connection is closed then, and the
 *   request is to be sent in the ordinary way
 */
export function sendInBulk(request: Pick<HttpRequest, 'url' | 'headers'>, call: Call): Promise<HttpReply | undefined> {
  const { url, headers } = request;
  const { signal, stallTimeoutMs } = call;
  return new Promise<HttpReply | undefined>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const pool = new BufferPool();
    let head = '';
    let body: BulkBody | undefined;
    const onread = {
      buffer: () => pool.room(),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        if (body !== undefined) return body.receive(bytes, 0);
        const before = head.length;
        head += Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0 && head.length <= MAX_HEAD_BYTES) return true;
        const plain = end < 0 ? undefined : parsePlainHead(head.slice(0, end));
        if (plain === undefined) {
          settle();
          socket.destroy();
          resolve(undefined);
          return false;
        }
        body = new BulkBody(socket, pool, plain.bodyBytes);
        settle();
        resolve(replyOf(plain, body, url, socket));
        return body.receive(bytes, end + 4 - before);
      },
    };
    const socket = watchPeer(connect({ host: bareHost(url), port: Number(url.port || 80), onread }));
    const watch = new ProgressWatch(stallTimeoutMs, () => fail(stalled(url, stallTimeoutMs)));
    const onAbort = () => fail(signal.reason);
    const settle = () => {
      watch.stop();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', (error) => (body === undefined ? fail(connectionError(error, url)) : body.destroy(error)));
    socket.on('close', () => (body === undefined ? fail(connectionError(BROKEN_OFF, url)) : body.destroy(BROKEN_OFF)));
    socket.write(requestHead(url, headers), 'latin1');
  });
}

const BROKEN_OFF = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

function replyOf({ status, headers }: PlainHead, body: BulkBody, url: URL, { remoteAddress }: Socket): HttpReply {
  return {
    status,
    headers: headers as IncomingHttpHeaders,
    body,
    url,
    peerAddress: remoteAddress,
    giveBack: (chunk) => body.giveBack(chunk),
  };
}

/** What stands for the reply when its body has gone into a file. */
export function inFileReply({ url }: Pick<HttpRequest, 'url'>): HttpReply {
  return { status: 200, headers: {}, body: Readable.from([]), url, peerAddress: undefined, isInFile: true };
}

/** A body of a known length, in chunks whose memory can be given back. */
class BulkBody extends Readable {
  readonly #socket: Socket;
  readonly #pool: BufferPool;
  readonly #lent = new Map<Buffer, () => void>();
  #left: number;

  constructor(socket: Socket, pool: BufferPool, bytes: number) {
    super({ highWaterMark: 1 });
    this.#socket = socket;
    this.#pool = pool;
    this.#left = bytes;
  }

  /** Takes what a read brought, without the first `skip` bytes; false to read no more for now. What is beyond the length is dropped. */
  receive(bytes: number, skip: number): boolean {
    const { chunk, giveBack } = this.#pool.lend(bytes, skip);
    const wanted = chunk.subarray(0, this.#left);
    this.#left -= wanted.length;
    let goOn = this.#left > 0;
    if (wanted.length > 0) {
      this.#lent.set(wanted, giveBack);
      goOn = this.push(wanted) && goOn;
    }
    if (this.#left === 0) this.push(null);
    return goOn;
  }

  giveBack(chunk: Buffer): void {
    this.#lent.get(chunk)?.();
    this.#lent.delete(chunk);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.destroy();
    callback(error);
  }
}
