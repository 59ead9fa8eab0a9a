import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { isError } from '@cloud/container-core/driver-kit';
import type { EngineEndpoint } from '../connection/engine-endpoint.js';
import { type BodyDecoder, bodyDecoder, type TakeBytes } from './body-decoder.js';
import { type ByteSource, openByteSource } from './byte-source.js';
import { CutReplyError, EngineHttpError } from './engine-http-error.js';
import { onConnected } from './on-connected.js';
import { MAX_FAILURE_BYTES } from './reply-limits.js';
import { type ResponseHead, ResponseHeadReader } from './response-head.js';

/** A request that is written to a connection of its own. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders | undefined;
  readonly json?: unknown;
  /** What the body of a reply that is read whole may have; `MAX_REPLY_BYTES` by default. */
  readonly maxReplyBytes?: number | undefined;
}

/** What is done with the body of a raw exchange. */
export interface BodyReceiver {
  take: TakeBytes;
  /** How much of what a read brings is handed over before the next `afterRead`; all of it by default. */
  readonly sliceBytes?: number;
  /** What has come, or a slice of it, has been taken. False asks for a pause until `resume()`. */
  afterRead(): boolean;
  /** The body has ended, or could not be read to its end. Called once. */
  end(error?: Error): void;
}

/** A reply whose head has come; its body waits for a receiver. */
export interface RawExchange {
  readonly head: ResponseHead;
  /** To be written to when the connection was taken over (101); destroying it ends the exchange. */
  readonly connection: Duplex;
  receive(receiver: BodyReceiver): void;
  resume(): void;
}

/**
 * Sends a request and resolves when the head of the reply is there; rejects with `EngineHttpError` for a failure status.
 *
 * An abort destroys the connection at any time, until the body has ended.
 *
 * @param onSent called once the request may have reached the engine
 */
export function openRawExchange(
  endpoint: EngineEndpoint,
  request: RawRequest,
  signal: AbortSignal,
  onSent?: () => void,
): Promise<RawExchange> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const exchange = new Exchange(endpoint, resolve, reject);
    const onAbort = () => exchange.connection.destroy(new CutReplyError('the call was ended'));
    signal.addEventListener('abort', onAbort);
    exchange.connection.once('close', () => signal.removeEventListener('abort', onAbort));
    if (onSent !== undefined) onConnected(exchange.connection, onSent);
    exchange.connection.write(requestText(request));
  });
}

class Exchange implements RawExchange {
  readonly #source: ByteSource;
  readonly #resolve: (exchange: RawExchange) => void;
  readonly #reject: (error: unknown) => void;
  readonly #headReader = new ResponseHeadReader();
  #head: ResponseHead | undefined;
  #decoder: BodyDecoder | undefined;
  #receiver: BodyReceiver | undefined;
  /** What a read has brought and nobody has taken yet; in the connection's buffer, which stays as it is while the connection is paused. */
  #rest: { readonly buffer: Buffer; readonly start: number; readonly end: number } | undefined;
  #decoding = false;
  /** `resume()` was called by the receiver while it was handed something. */
  #resumed = false;
  readonly #failure: Buffer[] = [];
  #failureLength = 0;
  /** Why the body can not be read any further. */
  #broken: Error | undefined;
  #told = false;
  #ended: { readonly error: Error | undefined } | undefined;

  constructor(endpoint: EngineEndpoint, resolve: (exchange: RawExchange) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#source = openByteSource(endpoint, {
      onBytes: (buffer, end) => this.#onBytes(buffer, end),
      onEnd: (error) => this.#onEnd(error),
    });
  }

  get head(): ResponseHead {
    if (this.#head === undefined) throw new CutReplyError('the reply has no head yet');
    return this.#head;
  }

  get connection(): Duplex {
    return this.#source.connection;
  }

  receive(receiver: BodyReceiver): void {
    this.#receiver = receiver;
    this.resume();
  }

  resume(): void {
    this.#resumed = true;
    if (this.#receiver === undefined || this.#decoding) return;
    const rest = this.#rest;
    this.#rest = undefined;
    const goOn = rest === undefined || this.#decode(rest.buffer, rest.start, rest.end);
    if (this.#ended !== undefined) this.#tellEnd();
    else if (goOn) this.#source.resume();
  }

  #onBytes(buffer: Buffer, end: number): boolean {
    try {
      if (this.#head === undefined) return this.#readHead(buffer, end);
      return this.#failed ? this.#collectFailure(buffer, 0, end) : this.#decode(buffer, 0, end);
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #readHead(buffer: Buffer, end: number): boolean {
    const found = this.#headReader.read(buffer.subarray(0, end));
    if (found === undefined) return true;
    const { head, bodyAt: start } = found;
    // In this order: a reply whose body can't be read has no head, so that the call is rejected.
    this.#decoder = bodyDecoder(head);
    this.#head = head;
    if (this.#failed) return this.#collectFailure(buffer, start, end);
    this.#rest = { buffer, start, end };
    this.#resolve(this);
    return false;
  }

  get #failed(): boolean {
    return this.head.status >= 300;
  }

  #decode(buffer: Buffer, start: number, end: number): boolean {
    const receiver = this.#receiver;
    const decoder = this.#decoder;
    if (receiver === undefined || decoder === undefined) return false;
    const { sliceBytes = end } = receiver;
    for (let at = start; ; ) {
      const until = Math.min(end, at + sliceBytes);
      this.#decoding = true;
      this.#resumed = false;
      try {
        decoder.decode(buffer, at, until, receiver.take);
      } catch (error) {
        this.#fail(error);
        return false;
      } finally {
        this.#decoding = false;
      }
      if (decoder.ended) {
        this.connection.destroy();
        this.#onEnd();
        return false;
      }
      const goOn = receiver.afterRead() || this.#resumed;
      if (until === end) return goOn;
      if (!goOn) {
        this.#rest = { buffer, start: until, end };
        return false;
      }
      at = until;
    }
  }

  #collectFailure(buffer: Buffer, start: number, end: number): boolean {
    this.#decoder?.decode(buffer, start, end, (bytes, from, to) => {
      if (this.#failureLength >= MAX_FAILURE_BYTES) return;
      this.#failure.push(Buffer.from(bytes.subarray(from, to)));
      this.#failureLength += to - from;
    });
    if (this.#decoder?.ended !== true && this.#failureLength < MAX_FAILURE_BYTES) return true;
    this.#onEnd();
    return false;
  }

  #fail(error: unknown): void {
    this.#broken = isError(error) ? error : new Error(String(error));
    this.#onEnd(this.#broken);
    this.connection.destroy();
  }

  #onEnd(error?: Error): void {
    if (this.#ended !== undefined) return;
    if (this.#head === undefined) {
      this.#ended = { error };
      this.#reject(error ?? new CutReplyError('the connection ended without a reply'));
    } else if (this.#failed) {
      this.#ended = { error };
      this.connection.destroy();
      this.#reject(new EngineHttpError(this.head.status, Buffer.concat(this.#failure).toString()));
    } else {
      this.#ended = { error };
      this.#tellEnd();
    }
  }

  #tellEnd(): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#rest !== undefined || this.#told) return;
    this.#told = true;
    receiver.end(this.#broken ?? this.#cutShort());
  }

  /** Whatever happened to the connection behind the end of the body does not matter. */
  #cutShort(): Error | undefined {
    if (this.#decoder?.ended === true) return undefined;
    try {
      this.#decoder?.finish();
      return this.#ended?.error;
    } catch (error) {
      return this.#ended?.error ?? (error as Error);
    }
  }
}

/** A request as it goes over the wire. */
export function requestText({ method, path, headers, json }: RawRequest): string {
  // As node:http does: a line end in it would begin another request.
  if (!/^[!-~]+$/.test(path)) throw new Error('a path has characters that no path has');
  const body = json === undefined ? '' : JSON.stringify(json);
  const own = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const content =
    body === ''
      ? method === 'GET'
        ? ''
        : 'Content-Length: 0\r\n'
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${own.join('')}${content}\r\n${body}`;
}
