import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connectionError, stalled } from './connection-error.js';
import type { BodyWriter, Call, HttpReply, HttpRequest } from './exchange.js';
import { ProgressWatch } from './progress-watch.js';

/** What a registry is taken to store at the least, in bytes a millisecond: some hash a blob once more, or move it, before they reply. */
const COMMITTED_BYTES_PER_MS = 10_000;

/** Why a body's writer is stopped when the reply comes before the body's end. */
const REPLIED_EARLY = new Error('the reply came before the end of the body');

/** A `Send` directly over Node's http: what blobs and manifests go through. */
export function send(request: HttpRequest, call: Call): Promise<HttpReply> {
  const { url, method, headers, body, agent, commitBytes = 0 } = request;
  const { signal, stallTimeoutMs } = call;
  return new Promise<HttpReply>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method, headers, agent });
    const watch = new ProgressWatch(stallTimeoutMs, () => fail(stalled(url, stallTimeoutMs)));
    const onAbort = () => fail(signal.reason);
    const settle = () => {
      watch.stop();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
      outgoing.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    let replied = false;
    outgoing.on('error', (error) => {
      // Behind a reply (more bytes than it announced) the reply's own events tell; to destroy the request would empty its body.
      if (!replied) fail(signal.aborted ? signal.reason : connectionError(error, url));
    });
    outgoing.on('response', (incoming) => {
      replied = true;
      settle();
      // The rest of the body has no taker, so this connection can't serve another request.
      if (!outgoing.writableEnded) incoming.once('close', () => outgoing.destroy());
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: incoming,
        url,
        peerAddress: incoming.socket.remoteAddress,
      });
    });
    const ended = () => watch.allow(commitBytes / COMMITTED_BYTES_PER_MS);
    if (typeof body === 'function') {
      writeBody(outgoing, body, watch).then(ended, (error: unknown) => error === REPLIED_EARLY || fail(error));
    } else {
      outgoing.end(body);
      ended();
    }
  });
}

async function writeBody(outgoing: ClientRequest, body: BodyWriter, watch: ProgressWatch): Promise<void> {
  let replied = false;
  outgoing.once('response', () => {
    replied = true;
  });
  const drained = () =>
    new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        watch.busy();
        for (const event of ['drain', 'close', 'response']) outgoing.removeListener(event, listeners[event as keyof typeof listeners]);
        if (error === undefined) resolve();
        else reject(error);
      };
      const listeners = { drain: () => settle(), close: () => settle(REPLIED_EARLY), response: () => settle(REPLIED_EARLY) };
      for (const [event, listener] of Object.entries(listeners)) outgoing.once(event, listener);
      watch.waiting();
    });
  watch.busy();
  await body((chunk, done) => {
    if (replied || outgoing.destroyed) throw REPLIED_EARLY;
    watch.add(chunk.length);
    return outgoing.write(chunk, done) ? undefined : drained();
  });
  watch.waiting();
  outgoing.end();
}
