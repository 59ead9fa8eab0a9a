import type { OutgoingHttpHeaders } from 'node:http';
import type { QueryParameters } from './query-string.js';

/** One request to the engine. */
export interface EngineRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version; ids in it come from `segment()`. */
  readonly path: string;
  readonly query?: QueryParameters | undefined;
  readonly headers?: OutgoingHttpHeaders | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it comes. */
  readonly upload?: AsyncIterable<Uint8Array> | undefined;
  /** Statuses besides 2xx that are no failure. */
  readonly accept?: readonly number[] | undefined;
  /** What the body of the reply may have when it is read whole; `MAX_REPLY_BYTES` by default. */
  readonly maxReplyBytes?: number | undefined;
}
