import { ContainerError, type RetryOptions } from '@cloud/container-core';
import { Authenticator } from '../auth/authenticator.js';
import { parseChallenges } from '../auth/challenge.js';
import { CredentialsHolder, type CredentialsProvider } from '../auth/credentials-holder.js';
import { AddressGuard } from '../http/address-guard.js';
import type { AgentPool } from '../http/agents.js';
import { type BodyWriter, type Call, type HttpReply, type HttpRequest, header, type IntoFile, type Send } from '../http/exchange.js';
import { discard } from '../http/read-body.js';
import { errorOfReply } from '../http/reply-error.js';
import { withRetry } from '../http/retry.js';
import type { Secrets } from '../http/secrets.js';
import type { RegistryEndpoint } from './endpoint.js';

/** A request to a registry. */
export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** Below the registry's URL, such as `/v2/`, or a whole URL that the registry itself gave. */
  readonly target: string | URL;
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Buffer | BodyWriter | undefined;
  /** Statuses beside 2xx that the caller deals with. */
  readonly accept?: readonly number[] | undefined;
  /** False for what must not happen twice; the caller then starts over by itself. True by default. */
  readonly repeatable?: boolean | undefined;
  /** How many bytes the registry may have to store before it replies. */
  readonly commitBytes?: number | undefined;
  /** A GET whose reply is a long body. */
  readonly inBulk?: boolean | undefined;
  readonly intoFile?: IntoFile | undefined;
  /** For error messages: `reading the manifest library/nginx:1.27`. */
  readonly what: string;
}

export interface OriginSettings {
  readonly endpoint: RegistryEndpoint;
  readonly credentials: CredentialsProvider;
  readonly trustedHosts: readonly string[];
  readonly agents: AgentPool;
  readonly send: Send;
  readonly sendToken: Send;
  readonly retry: RetryOptions;
  readonly secrets: Secrets;
}

/** One registry (or mirror of it): every request to it is authenticated, retried, redirected and checked here. */
export class Origin {
  readonly endpoint: RegistryEndpoint;
  /** Of the addresses that it names. */
  readonly guard: AddressGuard;
  readonly #settings: OriginSettings;
  readonly #authenticator: Authenticator;
  readonly #credentials: CredentialsHolder;

  constructor(settings: OriginSettings) {
    this.#settings = settings;
    this.endpoint = settings.endpoint;
    this.guard = new AddressGuard({ ...settings, registry: settings.endpoint.url });
    this.#credentials = new CredentialsHolder(settings.endpoint.host, settings.credentials, settings.secrets);
    const registry = settings.endpoint.url;
    const { guard } = this;
    this.#authenticator = new Authenticator({ ...settings, registry, guard, credentials: this.#credentials });
  }

  /** Sends a request; gives a reply whose status is 2xx or accepted, or throws a `ContainerError`. */
  request(request: RegistryRequest, call: Call): Promise<HttpReply> {
    const attempt = () => this.#attempt(request, call);
    return request.repeatable === false ? attempt() : withRetry(this.#settings.retry, call, attempt);
  }

  async #attempt(request: RegistryRequest, call: Call): Promise<HttpReply> {
    const { what, scopes } = request;
    const url = new URL(request.target, this.endpoint.url);
    // Node would send them along.
    url.username = '';
    url.password = '';
    // What the registry says about other hosts (an upload's Location) is done there, without our credentials.
    const isOurs = url.origin === this.endpoint.url.origin;
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.endpoint.url.protocol === 'http:')) {
      const how = url.protocol === 'http:' ? 'plain http' : JSON.stringify(url.protocol);
      throw new ContainerError('unavailable', `${what}: ${this.endpoint.host} wants it done over ${how} at ${url.host}; refused.`, {
        retryable: false,
      });
    }
    const used = isOurs ? await this.#authenticator.authorize(scopes, call) : undefined;
    call.debug?.('request', `${request.method} ${url.origin}${url.pathname}`);
    let reply = await this.#send(request, url, used, call);
    let again: string | undefined;
    if (reply.status === 401 && isOurs) {
      again = await this.#authenticator.answer(reply, scopes, used, call);
      if (again !== undefined) {
        discard(reply);
        // The body has gone; whoever writes it starts over, with the new token.
        if (typeof request.body === 'function') throw bodyIsGone(what, 401);
        reply = await this.#send(request, url, again, call);
      }
    }
    if (isFine(reply, request)) return reply;
    const refusal = await this.#refusal(reply, again ?? used, request, call);
    // ECR says so of credentials that have ended, and says it with 403.
    if (reply.status !== 403 || used === undefined || !isOurs || !/token has expired/i.test(refusal.message)) throw refusal;
    this.#credentials.forget();
    const renewed = await this.#authenticator.authorize(scopes, call);
    if (renewed === used) throw refusal;
    if (typeof request.body === 'function') throw bodyIsGone(what, 403);
    reply = await this.#send(request, url, renewed, call);
    if (isFine(reply, request)) return reply;
    throw await this.#refusal(reply, renewed, request, call);
  }

  #send(request: RegistryRequest, url: URL, authorization: string | undefined, call: Call): Promise<HttpReply> {
    const headers = {
      'user-agent': 'cloud-docker-utils',
      'accept-encoding': 'identity',
      ...(Buffer.isBuffer(request.body) ? { 'content-length': String(request.body.length) } : {}),
      ...(request.body === undefined && (request.method === 'POST' || request.method === 'PUT') ? { 'content-length': '0' } : {}),
      ...request.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const { method, body, commitBytes, inBulk, intoFile } = request;
    return this.guard.send(this.#settings.send, { method, url, headers, body, commitBytes, inBulk, intoFile }, call);
  }

  async #refusal(reply: HttpReply, authorization: string | undefined, request: RegistryRequest, call: Call): Promise<ContainerError> {
    const error = await errorOfReply(reply, call, request.what);
    const insufficient = parseChallenges(header(reply, 'www-authenticate') ?? '').some(
      ({ parameters }) => parameters['error'] === 'insufficient_scope',
    );
    const known = authorization !== undefined && (await this.#credentials.get(call)) !== undefined;
    const code = error.code === 'unauthenticated' && known && insufficient ? 'permission-denied' : error.code;
    const advice = code === 'unauthenticated' && !known ? ' Give credentials, or log in with the docker CLI.' : '';
    const { httpStatus, vendorCode, retryAfterMs, requestId } = error;
    return new ContainerError(code, `${error.message}${advice}`, {
      httpStatus,
      vendorCode,
      retryAfterMs,
      requestId,
      redact: this.#settings.secrets.redact,
    });
  }
}

function isFine({ status }: HttpReply, { accept }: RegistryRequest): boolean {
  return (status >= 200 && status < 300) || accept?.includes(status) === true;
}

function bodyIsGone(what: string, httpStatus: number): ContainerError {
  return new ContainerError('connection-lost', `${what}: the token ended during the upload.`, { httpStatus });
}
