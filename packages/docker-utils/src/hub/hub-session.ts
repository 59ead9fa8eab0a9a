import { ContainerError, type CredentialSource } from '@cloud/container-core';
import { checkCredentials, type OperationContext, PageLimit, refusal } from '@cloud/container-core/driver-kit';
import type { Call } from '../http/exchange.js';
import { parseUrl } from '../http/parse-url.js';
import { SingleFlight } from '../http/single-flight.js';
import type { HubTransport } from './hub-transport.js';

/** Where the Hub's own API is. */
export const HUB_ORIGIN = 'https://hub.docker.com';
const STALL_TIMEOUT_MS = 30_000;
/** The Hub's tokens say when they end; without that they are renewed after some minutes. */
const TOKEN_LIFE_MS = 5 * 60_000;

/** An account of Docker Hub. */
export interface HubCredentials {
  readonly username: string;
  /** A personal access token (organisations with single sign-on take nothing else), or the password. */
  readonly password: string;
}

/** Reads from the Hub's API under an account, whose token is fetched when it is needed and renewed before it ends; or under none. */
export class HubSession {
  readonly #transport: HubTransport;
  readonly #logins = new SingleFlight<string>();
  readonly #keychain: CredentialSource | undefined;
  #credentials: HubCredentials | undefined;
  #token: { readonly value: string; readonly renewAt: number } | undefined;

  constructor(transport: HubTransport, credentials: HubCredentials | undefined, keychain: CredentialSource | undefined) {
    this.#transport = transport;
    this.#keychain = keychain;
    if (credentials !== undefined) this.#remember(credentials);
  }

  /** The account: the one that was given or logged in, else the keychain's. The Hub's API takes no tokens of registries. */
  async account(signal: AbortSignal): Promise<HubCredentials | undefined> {
    if (this.#credentials !== undefined || this.#keychain === undefined) return this.#credentials;
    const found: unknown = await this.#keychain.resolve('docker.io', { signal });
    if (found === undefined) return undefined;
    const { username, password } = checkCredentials(refusal('docker-hub', 'login'), 'credentials of the keychain', found);
    // Another call may have logged in meanwhile.
    if (this.#credentials === undefined && username !== undefined && password !== undefined) this.#remember({ username, password });
    return this.#credentials;
  }

  /** Takes another account, if the Hub knows it; else the one before stays. */
  async login(credentials: HubCredentials, context: OperationContext): Promise<void> {
    const before = this.#credentials;
    this.#remember(credentials);
    try {
      await this.#authorization(callOf(context));
    } catch (error) {
      if (this.#credentials === credentials) this.#credentials = before;
      throw error;
    }
  }

  /** The results of a list, page by page. */
  async *pages(first: string, what: string, context: OperationContext): AsyncGenerator<Record<string, unknown>[]> {
    const limit = new PageLimit(what);
    let next: string | undefined = first;
    while (next !== undefined) {
      limit.next(next);
      const page = await this.get(next, what, context);
      const results = page['results'];
      if (!Array.isArray(results)) throw new ContainerError('unavailable', `${what}: the Hub's answer has no results.`);
      limit.count(results.length);
      yield results.map((result) => Object(result));
      next = this.#nextPath(page['next'], what);
    }
  }

  /** The next page, on the same host only: our token goes along. Behind a proxy the Hub names itself. */
  #nextPath(link: unknown, what: string): string | undefined {
    if (typeof link !== 'string' || link === '') return undefined;
    const { base } = this.#transport;
    const url = parseUrl(link, base);
    const path = url === undefined ? '' : `${url.pathname}${url.search}`;
    if (url?.origin === base.origin && path.startsWith(base.pathname)) return path.slice(base.pathname.length - 1);
    if (url?.origin === HUB_ORIGIN) return path;
    throw new ContainerError('unavailable', `${what}: the Hub names a next page on another host; it was not followed.`, {
      retryable: false,
    });
  }

  /** An object of the API. */
  async get(path: string, what: string, context: OperationContext): Promise<Record<string, unknown>> {
    const call = callOf(context);
    const token = await this.#authorization(call);
    try {
      return await this.#transport.request({ method: 'GET', path, token, what }, call);
    } catch (error) {
      if (token === undefined || !ContainerError.isInstance(error) || error.httpStatus !== 401) throw error;
      // The session may have been ended early; once. Another call may have got a new one in the meantime.
      if (this.#token?.value === token) this.#token = undefined;
      return this.#transport.request({ method: 'GET', path, token: await this.#authorization(call), what }, call);
    }
  }

  async #authorization(call: Call): Promise<string | undefined> {
    const credentials = await this.account(call.signal);
    if (credentials === undefined) return undefined;
    if (this.#token !== undefined && Date.now() < this.#token.renewAt) return this.#token.value;
    // By account and password: a wrong password must not be taken for right because the right one is on its way.
    return this.#logins.run(JSON.stringify(credentials), call.signal, async (signal) => {
      const body = { identifier: credentials.username, secret: credentials.password };
      const request = { method: 'POST' as const, path: '/v2/auth/token', body, what: 'Logging in to Docker Hub' };
      const { access_token: value } = await this.#transport.request(request, { ...call, signal });
      if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
        throw new ContainerError('unauthenticated', 'Docker Hub gave no token for this account.');
      }
      this.#transport.secrets.add(value);
      // Somebody else may have logged in in the meantime.
      if (this.#credentials === credentials) this.#token = { value, renewAt: Date.now() + TOKEN_LIFE_MS };
      return value;
    });
  }

  #remember(credentials: HubCredentials): void {
    this.#transport.secrets.addCredentials(credentials);
    this.#credentials = credentials;
    this.#token = undefined;
  }
}

/** What the transport needs of a call. */
export function callOf(context: OperationContext): Call {
  const { operation, signal, remainingMs, debug, redact } = context;
  return { operation, signal, remainingMs, redact, stallTimeoutMs: STALL_TIMEOUT_MS, ...(debug === undefined ? {} : { debug }) };
}
