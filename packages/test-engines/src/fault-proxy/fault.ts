/** What happens to one connection through the proxy. Byte counts are those of the reply, head included. */
export type Fault =
  /** The request is held back for that long; then all is well. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is accepted and nothing is ever forwarded or answered. */
  | { readonly kind: 'hang' }
  /** Reset before anything is forwarded. */
  | { readonly kind: 'refuse' }
  /** The request is forwarded; the connection ends (reset) after so many bytes of the reply. 0: the reply is lost. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The reply comes in pieces of so many bytes with a pause after each. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly intervalMilliseconds: number }
  /** One bit of the reply's byte at that offset is flipped. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** The target is not asked; these very bytes are the reply, and then the connection ends. See {@link httpReply}. */
  | { readonly kind: 'respond'; readonly reply: string | Uint8Array };

/** A whole HTTP/1.1 reply for `respond`. A `content-length` among the headers replaces the true one: it may lie. */
export function httpReply(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n${body}`;
}
