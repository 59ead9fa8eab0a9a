import type { IncomingMessage } from 'node:http';
import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { CutReplyError } from './engine-http-error.js';
import { MAX_FAILURE_BYTES, MAX_REPLY_BYTES } from './reply-limits.js';

/** Reads a body whole, as UTF-8; a larger one is `integrity`. */
export function readText(reply: IncomingMessage): Promise<string> {
  return readUpTo(reply, MAX_REPLY_BYTES, () => Promise.reject(replyTooLarge('The engine', MAX_REPLY_BYTES)));
}

/** Reads the beginning of the body of a failure. */
export function readFailure(reply: IncomingMessage): Promise<string> {
  return readUpTo(reply, MAX_FAILURE_BYTES, (beginning) => beginning.toString('utf8', 0, MAX_FAILURE_BYTES));
}

function readUpTo(reply: IncomingMessage, maxBytes: number, onMore: (read: Buffer) => string | Promise<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    reply.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= maxBytes) return;
      resolve(onMore(Buffer.concat(chunks)));
      reply.removeAllListeners('data').destroy();
    });
    reply.once('end', () => {
      const [only] = chunks;
      resolve((chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).toString('utf8'));
    });
    // Stays when the reply is destroyed, which may still report an error.
    reply.on('error', reject);
    reply.once('close', () => {
      if (!reply.complete) reject(new CutReplyError());
    });
  });
}
