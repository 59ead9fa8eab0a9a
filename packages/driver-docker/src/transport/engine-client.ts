import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { isError } from '@cloud/container-core/driver-kit';
import type { EngineEndpoint } from '../connection/engine-endpoint.js';
import { agreeOnVersion, isVersionRefusal } from './api-version.js';
import { CutReplyError, EngineHttpError } from './engine-http-error.js';
import type { EngineRequest } from './engine-request.js';
import { KeptConnections } from './kept-connections.js';
import { onConnected } from './on-connected.js';
import { isRepeatable, lookedAtEndingProcess } from './passing-failure.js';
import { queryString } from './query-string.js';
import { openRawExchange, type RawExchange } from './raw-exchange.js';
import { readFailure, readText } from './read-text.js';
import { MAX_INTERIM_REPLIES } from './reply-limits.js';
import type { EngineReply } from './reply-reader.js';
import { tooManyInterimReplies } from './response-head.js';

/** How often a request is made whose failure will have passed. */
const MAX_ATTEMPTS = 3;

/** What a call needs of its context. */
export interface RequestContext {
  readonly signal: AbortSignal;
  /** As in `OperationContext`: cheaper than the signal, where it is there. */
  readonly onStop?: ((listener: (reason: unknown) => void) => () => void) | undefined;
  readonly debug?: ((phase: 'request' | 'retry', message: string) => void) | undefined;
  /** As in `OperationContext`. */
  readonly sending?: (() => void) | undefined;
}

/** What the engine said of itself when the version was agreed on. */
export interface EngineIdentity {
  readonly apiVersion: string;
  readonly podman: boolean;
}

class EngineAgent extends Agent {
  readonly #endpoint: EngineEndpoint;

  constructor(endpoint: EngineEndpoint) {
    super();
    this.#endpoint = endpoint;
  }

  override createConnection(): Duplex {
    return this.#endpoint.open();
  }
}

/**
 * Speaks HTTP with one engine: short replies over kept connections, `node:http` for what streams in or out.
 *
 * Whatever is added here is paid on every call. Redirects are not followed (the engine's router answers 301 to a path such as
 * `/containers/../x`), ids stand in one segment of the path, and values go into bodies.
 */
export class EngineClient {
  readonly endpoint: EngineEndpoint;
  readonly #kept: KeptConnections;
  readonly #agent: EngineAgent;
  readonly #fixedVersion: string | undefined;
  #identity: EngineIdentity | undefined;

  constructor(endpoint: EngineEndpoint, apiVersion?: string) {
    this.endpoint = endpoint;
    this.#kept = new KeptConnections(endpoint);
    this.#agent = new EngineAgent(endpoint);
    this.#fixedVersion = apiVersion;
  }

  /** The parsed body of a reply. */
  async json<T>(context: RequestContext, request: EngineRequest): Promise<T> {
    const { body } = await this.send(context, request);
    return parseReply<T>(request, body);
  }

  /** As `json`; `undefined` when the reply has no body, as that of podman about the use or the processes of a container that does not run. */
  async jsonIfAny<T>(context: RequestContext, request: EngineRequest): Promise<T | undefined> {
    const { body } = await this.send(context, request);
    return body === '' ? undefined : parseReply<T>(request, body);
  }

  /** A reply with its body; anything but 2xx and what the request accepts throws `EngineHttpError`. */
  async send(context: RequestContext, request: EngineRequest): Promise<EngineReply> {
    if (request.upload === undefined) return this.#versioned(context, request, (path) => this.#exchange(context, request, path));
    const { reply, finish } = await this.#versioned(context, request, (path) => this.#open(context, request, path));
    try {
      return { status: reply.statusCode ?? 0, headers: {}, body: await readText(reply) };
    } finally {
      finish();
    }
  }

  /** A reply whose body is read as it comes; an abort ends it. Read it to the end or destroy it. */
  async stream(context: RequestContext, request: EngineRequest): Promise<IncomingMessage> {
    const { reply, finish } = await this.#versioned(context, request, (path) => this.#open(context, request, path));
    reply.once('close', finish);
    return reply;
  }

  /** An exchange on a connection of its own, for bodies that are too fast for `node:http` and for connections that are taken over. */
  async raw(context: RequestContext, request: EngineRequest): Promise<RawExchange> {
    const { apiVersion } = this.#identity ?? (await this.identify(context));
    const path = `/v${apiVersion}${request.path}${queryString(request.query)}`;
    context.debug?.('request', `${request.method} ${path}`);
    return openRawExchange(this.endpoint, { ...request, path }, context.signal, whenSent(context, request));
  }

  /** Agrees on the API version, once; asks who the engine is. */
  async identify(context: RequestContext): Promise<EngineIdentity> {
    await this.endpoint.prepare?.(context.signal);
    const { headers } = await this.#exchange(context, { method: 'GET', path: '/_ping' }, '/_ping');
    const identity = {
      apiVersion: this.#fixedVersion ?? agreeOnVersion(headers['api-version'] ?? ''),
      podman: headers['libpod-api-version'] !== undefined,
    };
    this.#identity = identity;
    return identity;
  }

  /** As `identify`, without asking again. */
  async identity(context: RequestContext): Promise<EngineIdentity> {
    return this.#identity ?? (await this.identify(context));
  }

  close(): void {
    this.#kept.close();
    this.#agent.destroy();
  }

  async #versioned<T>(context: RequestContext, request: EngineRequest, attempt: (path: string) => Promise<T>): Promise<T> {
    let { apiVersion } = this.#identity ?? (await this.identify(context));
    const path = request.path + queryString(request.query);
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(`/v${apiVersion}${path}`);
      } catch (error) {
        if (!(error instanceof EngineHttpError) || attempts === MAX_ATTEMPTS || request.upload !== undefined) throw error;
        if (this.#fixedVersion === undefined && isVersionRefusal(error.status, error.reason)) {
          // Another version of the engine was started at this address.
          const identity = await this.identify(context);
          if (identity.apiVersion === apiVersion) throw error;
          apiVersion = identity.apiVersion;
        } else if (!lookedAtEndingProcess(error) || !isRepeatable(request)) throw error;
        context.debug?.('retry', error.message);
      }
    }
  }

  async #exchange(context: RequestContext, request: EngineRequest, path: string): Promise<EngineReply> {
    const { method, headers, json, maxReplyBytes } = request;
    context.debug?.('request', `${method} ${path}`);
    const reply = await this.#kept.exchange(
      { method, path, headers, json, maxReplyBytes },
      (listener) => whenStopped(context, listener),
      () => context.debug?.('retry', 'a kept connection was closed by the engine'),
      whenSent(context, request),
    );
    if (!isAccepted(request, reply.status)) throw new EngineHttpError(reply.status, reply.body);
    return reply;
  }

  async #open(context: RequestContext, request: EngineRequest, path: string): Promise<OpenReply> {
    context.debug?.('request', `${request.method} ${path}`);
    const open = await this.#openAny(context, request, path);
    const status = open.reply.statusCode ?? 0;
    if (isAccepted(request, status)) return open;
    try {
      throw new EngineHttpError(status, await readFailure(open.reply));
    } finally {
      open.finish();
    }
  }

  #openAny(context: RequestContext, engineRequest: EngineRequest, path: string): Promise<OpenReply> {
    const { method, headers, json, upload } = engineRequest;
    return new Promise((resolve, reject) => {
      const body = json === undefined ? undefined : JSON.stringify(json);
      const request = httpRequest({ agent: this.#agent, method, path, headers: requestHeaders(headers, body, upload), host: 'localhost' });
      const finish = whenStopped(context, (reason) => request.destroy(isError(reason) ? reason : new CutReplyError('the call was ended')));
      let interimReplies = 0;
      request.on('information', () => {
        interimReplies += 1;
        if (interimReplies > MAX_INTERIM_REPLIES) request.destroy(tooManyInterimReplies());
      });
      const onSent = whenSent(context, engineRequest);
      if (onSent !== undefined) request.once('socket', (socket) => onConnected(socket, onSent));
      request.once('response', (reply) => resolve({ reply, finish }));
      request.on('error', (error) => {
        finish();
        reject(error);
      });
      if (upload === undefined) request.end(body);
      else uploadTo(request, upload).catch((error: unknown) => request.destroy(isError(error) ? error : new Error(String(error))));
    });
  }
}

function parseReply<T>({ method, path }: EngineRequest, body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new EngineHttpError(502, `the reply to ${method} ${path} is not JSON`);
  }
}

function isAccepted({ accept }: EngineRequest, status: number): boolean {
  return (status >= 200 && status < 300) || accept?.includes(status) === true;
}

/** What to call once a request has left: only what must not be made twice is reported. */
function whenSent({ sending }: RequestContext, request: EngineRequest): (() => void) | undefined {
  return isRepeatable(request) ? undefined : sending;
}

/** The signal is not even looked at where there is `onStop`: it would be made by that. */
function whenStopped(context: RequestContext, listener: (reason: unknown) => void): () => void {
  if (context.onStop !== undefined) return context.onStop(listener);
  const { signal } = context;
  const onAbort = () => listener(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

interface OpenReply {
  readonly reply: IncomingMessage;
  /** Stops listening for the abort. */
  finish(): void;
}

function requestHeaders(own: OutgoingHttpHeaders | undefined, body: string | undefined, upload: unknown): OutgoingHttpHeaders {
  if (body !== undefined) return { ...own, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return upload === undefined ? (own ?? {}) : { 'content-type': 'application/x-tar', ...own };
}

async function uploadTo(request: ClientRequest, upload: AsyncIterable<Uint8Array>): Promise<void> {
  // Without this the headers wait for the first bytes, which may be long in coming.
  request.flushHeaders();
  for await (const chunk of upload) {
    if (request.destroyed) return;
    if (!request.write(chunk)) await drained(request);
  }
  request.end();
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off('drain', done).off('close', done);
      resolve();
    };
    request.on('drain', done).on('close', done);
  });
}
