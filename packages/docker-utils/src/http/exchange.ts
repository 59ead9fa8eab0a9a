import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { OperationContext } from '@cloud/container-core/driver-kit';

/**
 * Takes a chunk; a promise asks to wait before the next one.
 *
 * Whoever is done with a chunk may call `done`, and must not touch its bytes from then on: others take their place. Who keeps
 * chunks does not call it.
 */
export type WriteChunk = (chunk: Buffer, done?: () => void) => Promise<void> | undefined;

/** Writes a request's body; resolves when all is written. Called once a request. */
export type BodyWriter = (write: WriteChunk) => Promise<void>;

/** The call that a request belongs to: its abort and deadline, and how long its connections may stand still. */
export interface Call extends Pick<OperationContext, 'operation' | 'signal' | 'debug' | 'redact'> {
  readonly stallTimeoutMs: number;
  /** How much of the call's deadline is left. */
  readonly remainingMs?: OperationContext['remainingMs'];
}

/** Sends a GET whose body goes straight into a file. */
export type IntoFile = (request: Pick<HttpRequest, 'url' | 'headers'>, call: Call) => Promise<boolean>;

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A buffer can be sent again, a writer cannot. */
  readonly body?: Buffer | BodyWriter | undefined;
  readonly agent: Agent;
  /** How many bytes the other side may have to store before it replies; it gets more time for more. */
  readonly commitBytes?: number | undefined;
  /** A GET whose reply is a long body. */
  readonly inBulk?: boolean | undefined;
  /** Does a plain request in bulk at once, body and all; false when it is to be sent in the ordinary way. */
  readonly intoFile?: IntoFile | undefined;
}

/** A reply whose body has not been read yet; whoever gets it reads, discards or destroys it. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The body is in the file already; there is nothing to read. */
  readonly isInFile?: boolean | undefined;
  /** Takes the memory of a chunk of the body back; absent when each has memory of its own. */
  readonly giveBack?: ((chunk: Buffer) => void) | undefined;
  /** Where it came from in the end. */
  readonly url: URL;
  /** The address at the other end of the connection. */
  readonly peerAddress: string | undefined;
}

/** Sends one request, and gives the reply whatever its status is. Follows no redirect, repeats nothing. */
export type Send = (request: HttpRequest, call: Call) => Promise<HttpReply>;

/** One value of a header; the first when there are several. */
export function header(reply: HttpReply, name: string): string | undefined {
  const value = reply.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
