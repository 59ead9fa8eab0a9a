import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './operation.js';
import type { ServiceError } from './service-error.js';

/** Which operation of which service a request asks for. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly signingName: string;
  readonly request: unknown;
}

export interface WireReply {
  readonly contentType: string;
  readonly body: string;
}

/** How requests are read and replies written; errors in the body's form are the protocol's too. */
export interface Protocol {
  /** Whether a request speaks this protocol. */
  accepts(headers: IncomingHttpHeaders): boolean;
  read(headers: IncomingHttpHeaders, body: string): Call;
  writeReply(call: Call, reply: Reply, requestId: string): WireReply;
  writeError(error: ServiceError, requestId: string): WireReply;
}
