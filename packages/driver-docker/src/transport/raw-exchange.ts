import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EngineEndpoint } from '../connection/engine-endpoint.js';
import { type BodyDecoder, bodyDecoder, type TakeBytes } from './body-decoder.js';
import { type ByteSource, openByteSource } from './byte-source.js';
import { CutReplyError, EngineHttpError } from './engine-http-error.js';
import { type ResponseHead, ResponseHeadReader } from './response-head.js';

/** What is read of the body of a failure; the engine's are some hundred bytes long. */
const MAXIMUM_FAILURE_BYTES = 65_536;

/** A request that is written to a connection of its own. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders | undefined;
  readonly json?: unknown;
}

/** What is done with the body of a raw exchange. */
export interface BodyReceiver {
  take: TakeBytes;
  /** All that one read brought has been taken. False asks for a pause until `resume()`. */
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
 */
export function openRawExchange(endpoint: EngineEndpoint, request: RawRequest, signal: AbortSignal): Promise<RawExchange> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const exchange = new Exchange(endpoint, resolve, reject);
    const onAbort = () => exchange.connection.destroy(new CutReplyError('the call was ended'));
    signal.addEventListener('abort', onAbort);
    exchange.connection.once('close', () => signal.removeEventListener('abort', onAbort));
    exchange.connection.write(requestText(request));
  });
}

class Exchange implements RawExchange {
  readonly #source: ByteSource;
  readonly #resolve: (exchange: RawExchange) => void;
  readonly #reject: (error: unknown) => void;
  #headReader = new ResponseHeadReader();
  #head: ResponseHead | undefined;
  #decoder: BodyDecoder | undefined;
  #receiver: BodyReceiver | undefined;
  /** What came right behind the head, before there was a receiver. */
  #early: Buffer | undefined;
  readonly #failure: Buffer[] = [];
  #failureLength = 0;
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
    const early = this.#early;
    this.#early = undefined;
    const goOn = early === undefined || this.#decode(early, 0, early.length);
    if (this.#ended !== undefined) this.#tellEnd();
    else if (goOn) this.resume();
  }

  resume(): void {
    this.#source.resume();
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
    let start = 0;
    let head: ResponseHead;
    do {
      const found = this.#headReader.read(buffer.subarray(start, end));
      if (found === undefined) return true;
      this.#headReader = new ResponseHeadReader();
      start += found.bodyAt;
      head = found.head;
    } while (isInterim(head.status));
    // In this order: a reply whose body can't be read has no head, so that the call is rejected.
    this.#decoder = bodyDecoder(head);
    this.#head = head;
    if (this.#failed) return this.#collectFailure(buffer, start, end);
    this.#early = Buffer.from(buffer.subarray(start, end));
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
    try {
      decoder.decode(buffer, start, end, receiver.take);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (decoder.ended) {
      this.connection.destroy();
      this.#onEnd();
      return false;
    }
    return receiver.afterRead();
  }

  #collectFailure(buffer: Buffer, start: number, end: number): boolean {
    this.#decoder?.decode(buffer, start, end, (bytes, from, to) => {
      if (this.#failureLength >= MAXIMUM_FAILURE_BYTES) return;
      this.#failure.push(Buffer.from(bytes.subarray(from, to)));
      this.#failureLength += to - from;
    });
    if (this.#decoder?.ended !== true) return true;
    this.#onEnd();
    return false;
  }

  #fail(error: unknown): void {
    this.#onEnd(error instanceof Error ? error : new Error(String(error)));
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
      this.#ended = { error: error ?? this.#cutShort() };
      if (this.#early === undefined) this.#tellEnd();
    }
  }

  #tellEnd(): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#told) return;
    this.#told = true;
    receiver.end(this.#ended?.error);
  }

  #cutShort(): Error | undefined {
    try {
      this.#decoder?.finish();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

/** Comes before the reply itself (RFC 9110, 15.2); 101 is the reply: the connection is taken over. */
function isInterim(status: number): boolean {
  return status < 200 && status !== 101;
}

function requestText({ method, path, headers, json }: RawRequest): string {
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
