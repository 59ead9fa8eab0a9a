import type { Call, HttpReply } from '../http/exchange.js';
import { readBody } from '../http/read-body.js';
import { withRetry } from '../http/retry.js';
import type { RegistryRequest } from './origin.js';
import type { Reader } from './session.js';

/** A whole reply: read again from its beginning when it breaks off. */
export interface Document {
  readonly reply: HttpReply;
  readonly bytes: Buffer;
}

export function readDocument(from: Reader, request: RegistryRequest, limit: number, call: Call): Promise<Document> {
  return withRetry(from.retry, call, async () => {
    const reply = await from.read({ ...request, repeatable: false }, call);
    try {
      return { reply, bytes: await readBody(reply, call, limit) };
    } catch (error) {
      from.passOver(reply);
      throw error;
    }
  });
}
