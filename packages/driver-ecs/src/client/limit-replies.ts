import { pipeline, type Readable, Transform } from 'node:stream';

/** The largest replies, pages of log lines and of task descriptions, have some MiB. */
export const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** A reply is larger than {@link MAX_REPLY_BYTES}. */
export class ReplyTooLargeError extends Error {
  override readonly name = 'ReplyTooLargeError';
  /** Its presence keeps the SDK from rewriting the message. */
  readonly $metadata = {};

  constructor() {
    super(`AWS replied with more than ${MAX_REPLY_BYTES} bytes. Check the endpoint, or what answers in its place.`);
  }
}

/** The part of the SDK's request handlers that is used here. */
interface RequestHandler {
  handle(...given: unknown[]): Promise<{ readonly response: { body?: unknown } }>;
}

/**
 * Limits every reply that a client of the SDK reads, those of the clients that it makes itself for STS and SSO included: these share its
 * request handler. The SDK collects a body of any length in memory.
 */
export function limitReplies<Client extends object>(client: Client): Client {
  const { requestHandler } = (client as { readonly config: { readonly requestHandler: RequestHandler } }).config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (...given) => {
    const result = await handle(...given);
    const { response } = result;
    if (isReadable(response.body)) response.body = limited(response.body);
    return result;
  };
  return client;
}

function isReadable(body: unknown): body is Readable {
  return typeof (body as Partial<Readable> | undefined)?.pipe === 'function';
}

/** Destroys the connection at the limit. */
function limited(body: Readable): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_REPLY_BYTES) done(new ReplyTooLargeError());
      else done(null, chunk);
    },
  });
  // Passes every error on to the reader.
  return pipeline(body, counter, () => undefined);
}
