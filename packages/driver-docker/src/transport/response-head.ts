import { ContainerError } from '@cloud/container-core';
import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { NotHttpError } from './engine-http-error.js';
import { MAX_HEAD_BYTES, MAX_INTERIM_REPLIES } from './reply-limits.js';

const END = Buffer.from('\r\n\r\n');
const BEGINNING = 'HTTP/1.';
const NOTHING = Buffer.alloc(0);

/** Status and headers of a reply. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether another request may follow on the connection; one that is said to be closed after some time is not counted on. */
  readonly persistent: boolean;
}

/** Collects bytes until the head of a reply is whole; skips interim ones. */
export class ResponseHeadReader {
  #collected: Buffer = NOTHING;
  #interimReplies = 0;

  /** Takes bytes; once the head is whole, gives it and the index in `bytes` at which the body begins. */
  read(bytes: Buffer): { readonly head: ResponseHead; readonly bodyAt: number } | undefined {
    const before = this.#collected.length;
    const all = before === 0 ? bytes : Buffer.concat([this.#collected, bytes]);
    let start = 0;
    for (;;) {
      const end = all.indexOf(END, start);
      if (!BEGINNING.startsWith(all.toString('latin1', start, start + BEGINNING.length))) throw new NotHttpError();
      if ((end < 0 ? all.length : end) - start > MAX_HEAD_BYTES)
        throw replyTooLarge('The engine, in the head of its reply,', MAX_HEAD_BYTES);
      if (end < 0) break;
      const head = parseHead(all.toString('latin1', start, end));
      start = end + END.length;
      if (isInterim(head.status)) {
        this.#interimReplies += 1;
        if (this.#interimReplies > MAX_INTERIM_REPLIES) throw tooManyInterimReplies();
        continue;
      }
      this.#collected = NOTHING;
      return { head, bodyAt: start - before };
    }
    // The bytes are the connection's, which reads the next ones into the same place.
    this.#collected = Buffer.from(all.subarray(start));
    return undefined;
  }
}

/** The error for an engine that sends interim replies without end. */
export function tooManyInterimReplies(): ContainerError {
  return new ContainerError(
    'integrity',
    `The engine sent more than ${MAX_INTERIM_REPLIES} interim replies. Check what answers at this address.`,
  );
}

/** Comes before the reply itself (RFC 9110, 15.2); 101 is the reply: the connection is taken over. */
function isInterim(status: number): boolean {
  return status < 200 && status !== 101;
}

function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)\b/.exec(statusLine) ?? [];
  if (status === undefined) throw new NotHttpError();
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    // Joined (RFC 9110, 5.3), so that a second Content-Length is seen to be no length instead of replacing the first.
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const persistent = minor === '1' && headers['connection'] === undefined && headers['keep-alive'] === undefined;
  return { status: Number(status), headers, persistent };
}
