import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { lazyModule, type TlsOptions } from '@cloud/container-core';
import type { Security } from './make-agent.js';
import { proxyFor } from './proxy.js';
import { publicLookup } from './public-lookup.js';

const agentModule = lazyModule(() => import('./make-agent.js'));

export interface AgentSettings {
  readonly tls?: TlsOptions | undefined;
  readonly maxSockets: number;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The keep-alive connections of one client, direct or through the proxy that the environment names.
 *
 * Node's http and TLS are loaded with the first request: importing the package must cost next to nothing.
 */
export class AgentPool {
  readonly #settings: AgentSettings;
  readonly #agents = new Map<string, Promise<Agent>>();
  readonly #publicAgents = new WeakSet<Agent>();
  /** With the client's own certificate, and without. */
  readonly #secureContexts = new Map<boolean, SecureContext>();

  constructor(settings: AgentSettings) {
    this.#settings = settings;
  }

  /** Whether requests for this URL go through a proxy, so that addresses can't be seen. */
  isProxied(url: URL): boolean {
    return proxyFor(url, this.#settings.environment) !== undefined;
  }

  /** @param identified whether the client's certificate may be shown to this host */
  async agentFor(url: URL, identified = false): Promise<Agent> {
    const proxy = proxyFor(url, this.#settings.environment);
    const key = `${url.protocol}${identified ? '+' : ''}${proxy?.href ?? ''}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const agent = this.#makeAgent(url, proxy, identified);
    this.#agents.set(key, agent);
    return agent;
  }

  /** An agent that connects to public addresses only; behind a proxy the one of {@link agentFor}, since the proxy resolves names. */
  async publicAgentFor(url: URL, identified: boolean): Promise<Agent> {
    if (this.isProxied(url)) return this.agentFor(url, identified);
    const key = `public ${url.protocol}${identified ? '+' : ''}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const agent = this.#makePublicAgent(url, identified);
    this.#agents.set(key, agent);
    return agent;
  }

  /** Whether an agent connects to public addresses only, so that nothing may be sent past it. */
  isPublicAgent(agent: Agent): boolean {
    return this.#publicAgents.has(agent);
  }

  async #makePublicAgent(url: URL, identified: boolean): Promise<Agent> {
    const { makeAgent } = await agentModule();
    const security = await this.#security(url, identified);
    const agent = makeAgent(url.protocol, undefined, this.#settings.maxSockets, security, publicLookup());
    this.#publicAgents.add(agent);
    return agent;
  }

  async #makeAgent(url: URL, proxy: URL | undefined, identified: boolean): Promise<Agent> {
    const { makeAgent } = await agentModule();
    return makeAgent(url.protocol, proxy, this.#settings.maxSockets, await this.#security(url, identified));
  }

  /** An agent for one request, with a lookup of its own and no connection left open; not for proxied URLs. */
  async singleUseAgent(url: URL, lookup: LookupFunction, identified: boolean): Promise<Agent> {
    const { makeSingleUseAgent } = await agentModule();
    return makeSingleUseAgent(url.protocol, lookup, await this.#security(url, identified));
  }

  /** The context is shared by all agents; empty where Node's own will do. */
  async #security({ protocol }: URL, identified: boolean): Promise<Security> {
    const { tls } = this.#settings;
    if (tls === undefined || protocol !== 'https:') return {};
    const { makeSecureContext } = await agentModule();
    const secureContext = this.#secureContexts.get(identified) ?? makeSecureContext(identified ? tls : { ca: tls.ca });
    this.#secureContexts.set(identified, secureContext);
    // Other hosts, such as the storage that a registry redirects to, are always verified.
    return identified && tls.verify === false ? { secureContext, rejectUnauthorized: false } : { secureContext };
  }

  async destroy(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    for (const agent of await Promise.allSettled(agents)) if (agent.status === 'fulfilled') agent.value.destroy();
  }
}
