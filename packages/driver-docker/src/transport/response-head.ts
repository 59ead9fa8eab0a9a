import { CutReplyError } from './engine-http-error.js';

const MAXIMUM_HEAD_BYTES = 64 * 1024;
const END = Buffer.from('\r\n\r\n');

/** Status and headers of a reply. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Collects bytes until the head of a reply is whole. */
export class ResponseHeadReader {
  #collected = Buffer.alloc(0);

  /** Takes bytes; once the head is whole, gives it and the index in `bytes` at which the body begins. */
  read(bytes: Uint8Array): { readonly head: ResponseHead; readonly bodyAt: number } | undefined {
    const before = this.#collected.length;
    this.#collected = Buffer.concat([this.#collected, bytes]);
    const end = this.#collected.indexOf(END, Math.max(0, before - END.length + 1));
    if (end >= 0) return { head: parseHead(this.#collected.toString('latin1', 0, end)), bodyAt: end + END.length - before };
    if (this.#collected.length > MAXIMUM_HEAD_BYTES) throw new CutReplyError('the head of the reply is too long');
    return undefined;
  }
}

function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (!(status >= 100)) throw new CutReplyError('the reply is not HTTP');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    // Joined (RFC 9110, 5.3), so that a second Content-Length is seen to be no length instead of replacing the first.
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { status, headers };
}
