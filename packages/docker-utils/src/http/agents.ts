import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { proxyFor } from './proxy.js';

/** Certificates for connections over https, as PEM. */
export interface TlsOptions {
  /** Certificate authorities to trust besides those that Node knows. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** The client's certificate; shown to the registry, its mirrors and its token server, to no other host. */
  readonly cert?: string | Buffer | undefined;
  /** The client's private key. */
  readonly key?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
}

export interface AgentSettings {
  readonly tls?: TlsOptions | undefined;
  readonly maximumSockets: number;
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
    const agent = import('./make-agent.js').then(({ makeAgent }) => makeAgent(url.protocol, proxy, this.#settingsFor(identified)));
    this.#agents.set(key, agent);
    return agent;
  }

  /** An agent for one request, with a lookup of its own and no connection left open; not for proxied URLs. */
  async singleUseAgent(url: URL, lookup: LookupFunction, identified: boolean): Promise<Agent> {
    const { makeSingleUseAgent } = await import('./make-agent.js');
    return makeSingleUseAgent(url.protocol, lookup, this.#settingsFor(identified));
  }

  #settingsFor(identified: boolean): AgentSettings {
    const { tls } = this.#settings;
    return identified || tls === undefined ? this.#settings : { ...this.#settings, tls: { ca: tls.ca } };
  }

  async destroy(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    for (const agent of agents) (await agent).destroy();
  }
}
