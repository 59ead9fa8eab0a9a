import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { CutReplyError } from './engine-http-error.js';
import { MAX_CHUNK_OVERHEAD_BYTES } from './reply-limits.js';
import type { ResponseHead } from './response-head.js';

/** Takes a part of a body: the bytes from `start` to `end`, which are only valid during the call. */
export type TakeBytes = (buffer: Buffer, start: number, end: number) => void;

/** Finds the body in the bytes that follow a head; hands it on without copying. */
export interface BodyDecoder {
  /** Whether the body has ended. */
  readonly ended: boolean;
  /** Gives the index behind what it has read: before `end` only when the body has ended. */
  decode(buffer: Buffer, start: number, end: number, take: TakeBytes): number;
  /** The connection has ended: throws when the body had not. */
  finish(): void;
}

/** @param method a reply to `HEAD` has the length of a body that does not come */
export function bodyDecoder({ headers, status }: Pick<ResponseHead, 'headers' | 'status'>, method?: string): BodyDecoder {
  if (method === 'HEAD' || status === 204 || status === 304) return new LengthDecoder(0);
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked' || length !== undefined) throw new CutReplyError('the reply has no clear length');
    return new ChunkedDecoder();
  }
  if (length === undefined) return new UntilCloseDecoder();
  // Number() would take '' and '0x10', too (RFC 9112, 6.3: an invalid length is an error).
  return new LengthDecoder(/^\d+$/.test(length) ? Number(length) : Number.NaN);
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

/**
 * `Transfer-Encoding: chunked` (RFC 9112, 7.1).
 *
 * The engine sends one chunk for each log line: with `node:http` these are two million events for as many lines.
 */
class ChunkedDecoder implements BodyDecoder {
  ended = false;
  #state: 'size' | 'extension' | 'data' | 'data-end' | 'trailer' = 'size';
  /** In `size` the size so far, in `data` what is left of the chunk, in `trailer` the length of the current line. */
  #count = 0;
  #digits = 0;
  /** How many bytes have come since the last ones of the body. */
  #overhead = 0;

  decode(buffer: Buffer, start: number, end: number, take: TakeBytes): number {
    let at = start;
    while (at < end && !this.ended) {
      if (this.#state === 'data') {
        const until = Math.min(end, at + this.#count);
        take(buffer, at, until);
        this.#count -= until - at;
        at = until;
        this.#overhead = 0;
        if (this.#count === 0) this.#state = 'data-end';
        continue;
      }
      if (++this.#overhead > MAX_CHUNK_OVERHEAD_BYTES) throw replyTooLarge('The engine, between two chunks,', MAX_CHUNK_OVERHEAD_BYTES);
      const byte = buffer[at++] as number;
      if (byte === LINE_FEED) this.#lineEnd();
      else if (this.#state === 'size') this.#sizeDigit(byte);
      else if (this.#state === 'data-end' && byte !== CARRIAGE_RETURN) throw new CutReplyError('a chunk of the reply has no end');
      else if (this.#state === 'trailer' && byte !== CARRIAGE_RETURN) this.#count++;
    }
    return at;
  }

  finish(): void {
    if (!this.ended) throw new CutReplyError();
  }

  #lineEnd(): void {
    if (this.#state === 'trailer') {
      if (this.#count === 0) this.ended = true;
      this.#count = 0;
    } else if (this.#state === 'data-end') {
      this.#state = 'size';
      this.#digits = 0;
    } else {
      if (this.#digits === 0) throw new CutReplyError('a chunk of the reply has no size');
      this.#state = this.#count === 0 ? 'trailer' : 'data';
    }
  }

  #sizeDigit(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.#digits > 12) throw new CutReplyError('a chunk of the reply is too long');
      this.#count = this.#count * 16 + digit;
    } else if (byte !== CARRIAGE_RETURN) {
      this.#state = 'extension';
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

class LengthDecoder implements BodyDecoder {
  #left: number;

  constructor(length: number) {
    if (!Number.isSafeInteger(length) || length < 0) throw new CutReplyError('the reply has no valid length');
    this.#left = length;
  }

  get ended(): boolean {
    return this.#left === 0;
  }

  decode(buffer: Buffer, start: number, end: number, take: TakeBytes): number {
    const until = Math.min(end, start + this.#left);
    this.#left -= until - start;
    if (until > start) take(buffer, start, until);
    return until;
  }

  finish(): void {
    if (!this.ended) throw new CutReplyError();
  }
}

/** A connection that was taken over, or HTTP/1.0: the body ends with it. */
class UntilCloseDecoder implements BodyDecoder {
  readonly ended = false;

  decode(buffer: Buffer, start: number, end: number, take: TakeBytes): number {
    take(buffer, start, end);
    return end;
  }

  finish(): void {
    // Its end is the body's.
  }
}
