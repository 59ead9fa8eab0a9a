import type { IncomingHttpHeaders } from 'node:http';

/** The head of a reply whose body is a known number of bytes, as they are. */
export interface PlainHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
}

/** Of these there may be several, which make up one list; of all others the first counts, as with Node's http. */
const LISTS: ReadonlySet<string> = new Set(['link', 'www-authenticate']);

/**
 * Reads the head of a reply, without the empty line at its end.
 *
 * @returns `undefined` for everything that is not plain: interim replies, chunks, no length or two, statuses that have no body, and
 *   what is no proper HTTP/1.x
 */
export function parsePlainHead(text: string): PlainHead | undefined {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.[01] ([2-5]\d\d)(?: |$)/.exec(statusLine)?.[1]);
  if (Number.isNaN(status) || status === 204 || status === 304) return undefined;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const [, spelling, value = ''] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(line) ?? [];
    if (spelling === undefined) return undefined;
    const name = spelling.toLowerCase();
    const known = headers[name];
    if (known !== undefined && name === 'content-length') return undefined;
    if (known === undefined) headers[name] = value;
    else if (LISTS.has(name)) headers[name] = `${known}, ${value}`;
  }
  const { 'content-length': length = '', 'transfer-encoding': transferEncoding } = headers;
  if (!/^\d{1,15}$/.test(length) || transferEncoding !== undefined) return undefined;
  return { status, headers, bodyBytes: Number(length) };
}
