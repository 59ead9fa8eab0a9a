import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { type BodyDecoder, bodyDecoder } from './body-decoder.js';
import { CutReplyError } from './engine-http-error.js';
import { MAX_FAILURE_BYTES, MAX_REPLY_BYTES } from './reply-limits.js';
import { type ResponseHead, ResponseHeadReader } from './response-head.js';

const FIRST_BYTES = 16 * 1024;
/** What one reply needed beyond this is given back before the next one. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** A reply whose body has been read. */
export interface EngineReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads the replies of one connection whole, one after the other. */
export class ReplyReader {
  #method = '';
  #headReader = new ResponseHeadReader();
  #head: ResponseHead | undefined;
  #decoder: BodyDecoder | undefined;
  #touched = false;
  #maxBytes = MAX_REPLY_BYTES;
  /** The body of a failure was left before its end. */
  #cut = false;
  /** Used again for the next reply: a fresh one for each would be garbage worth ten times the reply's text. */
  #body = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Waits for the reply to a request; the method decides whether it has a body. A larger body than `maxBytes` is `integrity`. */
  begin(method: string, maxBytes = MAX_REPLY_BYTES): void {
    this.#method = method;
    this.#maxBytes = maxBytes;
    this.#cut = false;
    this.#headReader = new ResponseHeadReader();
    this.#head = undefined;
    this.#decoder = undefined;
    this.#touched = false;
    this.#length = 0;
    if (this.#body.length > MAX_KEPT_BYTES) this.#body = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** Whether anything has come. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Whether the reply is there to its end, or, of a failure, as much as is read of it. */
  get ended(): boolean {
    return this.#cut || this.#decoder?.ended === true;
  }

  /** Whether another request may follow on the connection. */
  get persistent(): boolean {
    return this.#head?.persistent === true && this.ended && !this.#cut;
  }

  /** Takes bytes, which are only valid during the call; gives how many of them belong to the reply. */
  read(bytes: Buffer): number {
    this.#touched = true;
    let at = 0;
    if (this.#decoder === undefined) {
      const found = this.#headReader.read(bytes);
      if (found === undefined) return bytes.length;
      // Nobody asked for another protocol.
      if (found.head.status === 101) throw new CutReplyError('the engine took the connection over');
      this.#decoder = bodyDecoder(found.head, this.#method);
      this.#head = found.head;
      at = found.bodyAt;
    }
    return this.ended ? at : this.#decoder.decode(bytes, at, bytes.length, this.#take);
  }

  /** The connection has ended: throws unless that is the end of the reply, too. */
  finish(): void {
    if (this.#decoder === undefined) throw new CutReplyError('the connection ended without a reply');
    this.#decoder.finish();
  }

  reply(): EngineReply {
    const { status = 0, headers = {} } = this.#head ?? {};
    return { status, headers, body: this.#body.toString('utf8', 0, this.#length) };
  }

  readonly #take = (buffer: Buffer, start: number, given: number): void => {
    const end = this.#limited(start, given);
    const length = this.#length + end - start;
    if (length > this.#body.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#body.length * 2));
      this.#body.copy(larger, 0, 0, this.#length);
      this.#body = larger;
    }
    buffer.copy(this.#body, this.#length, start, end);
    this.#length = length;
  };

  /** The end of what is kept of some bytes. */
  #limited(start: number, end: number): number {
    const failed = (this.#head?.status ?? 0) >= 300;
    const room = (failed ? MAX_FAILURE_BYTES : this.#maxBytes) - this.#length;
    if (end - start <= room) return end;
    // The status says enough.
    if (!failed) throw replyTooLarge('The engine', this.#maxBytes);
    this.#cut = true;
    return start + room;
  }
}
