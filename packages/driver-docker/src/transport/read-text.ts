import type { IncomingMessage } from 'node:http';
import { CutReplyError } from './engine-http-error.js';

/** Reads a body whole, as UTF-8; what is beyond `maximumBytes` is read and dropped. */
export function readText(reply: IncomingMessage, maximumBytes = Number.POSITIVE_INFINITY): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    reply.on('data', (chunk: Buffer) => {
      if (size < maximumBytes) chunks.push(chunk);
      size += chunk.length;
    });
    reply.once('end', () => {
      const [only] = chunks;
      resolve((chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).toString('utf8'));
    });
    reply.once('error', reject);
    reply.once('close', () => {
      if (!reply.complete) reject(new CutReplyError());
    });
  });
}
