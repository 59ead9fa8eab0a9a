import { ContainerError } from '@cloud/container-core';
import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { connectionError, shownUrl, stalled } from './connection-error.js';
import type { Call, HttpReply, WriteChunk } from './exchange.js';
import { header } from './exchange.js';
import { ProgressWatch } from './progress-watch.js';

/** What token and error replies may be at most. */
export const SMALL_BODY_BYTES = 64 * 1024;

/**
 * Hands a body on chunk by chunk; resolves at its clean end.
 *
 * Listens to `data` and pauses by hand: half as much again as an async iterator gives, with the same back-pressure.
 * Rejects with `connection-lost` when the body breaks off, `timeout` when it stands still, and the signal's reason.
 */
export function pump({ body, url, giveBack }: HttpReply, call: Call, write: WriteChunk): Promise<void> {
  const { signal, stallTimeoutMs } = call;
  return new Promise<void>((resolve, reject) => {
    const watch = new ProgressWatch(stallTimeoutMs, () => settle(stalled(url, stallTimeoutMs)));
    let settled = false;
    const settle = (error?: unknown, failed = error !== undefined) => {
      if (settled) return;
      settled = true;
      watch.stop();
      signal.removeEventListener('abort', onAbort);
      if (failed) {
        body.destroy();
        reject(error);
      } else resolve();
    };
    const onAbort = () => settle(signal.reason, true);
    body.on('data', (chunk: Buffer) => {
      if (settled) return;
      watch.add(chunk.length);
      try {
        const waiting = write(chunk, giveBack && (() => giveBack(chunk)));
        if (waiting === undefined) return;
        body.pause();
        watch.busy();
        waiting.then(
          () => {
            watch.waiting();
            body.resume();
          },
          (error: unknown) => settle(error, true),
        );
      } catch (error) {
        settle(error, true);
      }
    });
    body.on('error', (error) => settle(signal.aborted ? signal.reason : connectionError(error, url), true));
    body.on('end', () => settle());
    body.on('close', () => settle(new ContainerError('connection-lost', `${url.host} broke off its reply.`)));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    // Over before anybody listened: none of the events will come any more.
    else if (body.destroyed || body.readableEnded) settle(new ContainerError('connection-lost', `${url.host} broke off its reply.`));
  });
}

/**
 * Reads a whole body, but not more than a limit: of what arrives and, when it is compressed, of what comes out.
 *
 * We ask for no compression; some proxies compress nevertheless.
 */
export async function readBody(reply: HttpReply, call: Call, limit: number): Promise<Buffer> {
  const encoding = header(reply, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  const chunks: Buffer[] = [];
  let bytes = 0;
  await pump(reply, call, (chunk) => {
    bytes += chunk.length;
    if (bytes > limit) throw replyTooLarge(shownUrl(reply.url), limit);
    chunks.push(chunk);
    return undefined;
  });
  const body = Buffer.concat(chunks);
  if (encoding === 'identity' || encoding === '' || body.length === 0) return body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new ContainerError(
      'integrity',
      `${shownUrl(reply.url)} answered in the encoding ${JSON.stringify(encoding)}, which nobody asked for.`,
    );
  }
  return gunzip(body, limit, reply);
}

async function gunzip(compressed: Buffer, limit: number, reply: HttpReply): Promise<Buffer> {
  // Loaded when it is needed, which is hardly ever.
  const { createGunzip } = await import('node:zlib');
  return new Promise((resolve, reject) => {
    const stream = createGunzip();
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) stream.destroy(replyTooLarge(shownUrl(reply.url), limit));
      else chunks.push(chunk);
    });
    stream.on('error', (error) =>
      reject(
        ContainerError.isInstance(error)
          ? error
          : new ContainerError('integrity', `The compressed reply of ${shownUrl(reply.url)} is broken.`, { cause: error }),
      ),
    );
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.end(compressed);
  });
}

/** Lets go of the reply to a HEAD, which has no body whatever length it names. */
export function discardHead({ body }: HttpReply): void {
  body.on('error', () => undefined);
  body.resume();
}

/** Lets go of a body that nobody wants: a short one is read so that the connection can be used again. */
export function discard({ body, headers }: HttpReply): void {
  body.on('error', () => undefined);
  if (Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : Infinity)) <= SMALL_BODY_BYTES) body.resume();
  else body.destroy();
}
