import { ContainerError, type RegistryCredentials } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';
import type { AddressGuard } from '../http/address-guard.js';
import type { AgentPool } from '../http/agents.js';
import { type Call, type HttpReply, type HttpRequest, header, type Send } from '../http/exchange.js';
import { sendFollowing } from '../http/follow-redirects.js';
import { publicLookup } from '../http/public-lookup.js';
import type { Secrets } from '../http/secrets.js';
import { SingleFlight } from '../http/single-flight.js';
import { type Challenge, parseChallenges } from './challenge.js';
import type { CredentialsHolder } from './credentials-holder.js';
import { basicHeader, fetchToken } from './fetch-token.js';
import { checkRealm, privateRealm } from './realm-guard.js';

export interface AuthenticatorSettings {
  readonly registry: URL;
  readonly credentials: CredentialsHolder;
  readonly guard: AddressGuard;
  readonly agents: AgentPool;
  readonly sendToken: Send;
  readonly secrets: Secrets;
}

/** What the last challenge of the registry asked for. */
type Scheme = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

interface CachedToken {
  readonly header: string;
  readonly renewAt: number;
}

/** How long the token server may take, whatever the call that needs it allows. */
const TOKEN_TIMEOUT_MS = 30_000;

/** The authentication state of one registry: what it asks for, the credentials, and a token per set of scopes. */
export class Authenticator {
  readonly #settings: AuthenticatorSettings;
  readonly #tokens = new Map<string, CachedToken>();
  /** Scopes that a challenge asked for beyond those that we thought of. */
  readonly #extraScopes = new Map<string, string>();
  readonly #flight = new SingleFlight<CachedToken>();
  #scheme: Scheme | undefined;

  constructor(settings: AuthenticatorSettings) {
    this.#settings = settings;
  }

  /** The `Authorization` for a request with these scopes; `undefined` before the first challenge, and for anonymous Basic. */
  async authorize(scopes: readonly string[], call: Call): Promise<string | undefined> {
    const scheme = this.#scheme;
    if (scheme === undefined) return undefined;
    const credentials = await this.#settings.credentials.get(call);
    if (credentials?.registryToken !== undefined) return `Bearer ${credentials.registryToken}`;
    if (scheme.kind === 'basic') return basicHeader(credentials);
    const key = scopes.join(' ');
    const cached = this.#tokens.get(key);
    if (cached !== undefined && Date.now() < cached.renewAt) return cached.header;
    const fetched = await this.#flight.run(key, call.signal, (signal) => this.#fetch(scheme, scopes, { ...call, signal }));
    return fetched.header;
  }

  /**
   * Takes note of a 401 and says what to send instead; `undefined` when there is nothing else to try.
   *
   * @param used the `Authorization` that was refused
   */
  async answer(reply: HttpReply, scopes: readonly string[], used: string | undefined, call: Call): Promise<string | undefined> {
    const { registry, credentials } = this.#settings;
    // A challenge that came through a redirect is another host's; it gets nothing.
    if (reply.url.origin !== registry.origin) return undefined;
    const challenges = parseChallenges(header(reply, 'www-authenticate') ?? '');
    const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined);
    const isFirst = this.#scheme === undefined;
    if (bearer !== undefined) this.#scheme = this.#bearer(bearer);
    else if (challenges.some(({ scheme }) => scheme === 'basic')) this.#scheme = { kind: 'basic' };
    else return undefined;
    const key = scopes.join(' ');
    const wanted = bearer?.parameters['scope'];
    if (wanted !== undefined && !scopes.includes(wanted)) this.#extraScopes.set(key, wanted);
    // Another call may have got a new one in the meantime.
    if (used !== undefined && this.#tokens.get(key)?.header === used) this.#tokens.delete(key);
    // Also when there were none: somebody may have logged in since.
    if (this.#scheme.kind === 'basic' && !isFirst) credentials.forget();
    const next = await this.authorize(scopes, call);
    return next === used ? undefined : next;
  }

  #bearer({ parameters }: Challenge): Scheme {
    return { kind: 'bearer', realm: checkRealm(parameters['realm'] ?? '', this.#settings.guard), service: parameters['service'] };
  }

  async #fetch(scheme: Scheme & { kind: 'bearer' }, scopes: readonly string[], call: Call): Promise<CachedToken> {
    const key = scopes.join(' ');
    const extra = this.#extraScopes.get(key);
    // Some servers honour only the first scope: the one that was asked for just now.
    const all = extra === undefined ? scopes : [extra, ...scopes];
    // The request that needs it is what is tried again.
    const token = await withTokenDeadline(scheme.realm, call, (limited) => this.#fetchOnce(scheme, all, limited));
    this.#settings.secrets.add(token.value);
    const cached = { header: `Bearer ${token.value}`, renewAt: Date.now() + token.lifeMs * 0.9 };
    this.#tokens.set(key, cached);
    return cached;
  }

  async #fetchOnce({ realm, service }: Scheme & { kind: 'bearer' }, scopes: readonly string[], call: Call) {
    const { registry, guard, credentials, agents, sendToken } = this.#settings;
    const agentFor = (url: URL) => {
      const identified = url.hostname === realm.hostname;
      if (agents.isProxied(url)) return agents.agentFor(url, identified);
      const lookup = publicLookup(() => (guard.mustBePublic(url) ? privateRealm(registry, url) : undefined));
      return agents.singleUseAgent(url, lookup, identified);
    };
    const send = (request: Omit<HttpRequest, 'agent'>) => {
      const following: Send = (next, nextCall) => {
        // Each hop is held to the rules of the first one.
        checkRealm(next.url.href, guard);
        return sendToken(next, nextCall);
      };
      return sendFollowing(following, request, { agentFor }, call);
    };
    const shown = await credentials.get(call);
    const fetchWith = (these: RegistryCredentials | undefined) => fetchToken({ realm, service, scopes, send, credentials: these }, call);
    try {
      return await fetchWith(shown);
    } catch (error) {
      if (!ContainerError.isInstance(error) || error.httpStatus !== 401) throw error;
      // They may have been renewed elsewhere: the provider is asked once more.
      credentials.forget();
      const renewed = await credentials.get(call);
      if (builtin('node:util').isDeepStrictEqual(renewed, shown)) throw error;
      return fetchWith(renewed);
    }
  }
}

async function withTokenDeadline<T>(realm: URL, call: Call, work: (call: Call) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(call.signal.reason);
  const timer = setTimeout(
    () => controller.abort(new ContainerError('timeout', `The token server ${realm.host} did not answer within ${TOKEN_TIMEOUT_MS} ms.`)),
    TOKEN_TIMEOUT_MS,
  );
  call.signal.addEventListener('abort', onAbort, { once: true });
  if (call.signal.aborted) onAbort();
  try {
    return await work({ ...call, signal: controller.signal });
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', onAbort);
  }
}
