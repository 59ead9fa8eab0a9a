import type { Agent } from 'node:http';
import { bareHost, isPrivateAddress, isPrivateHost } from './address.js';
import type { AgentPool } from './agents.js';
import type { Call, HttpReply, HttpRequest, Send } from './exchange.js';
import { sendFollowing } from './follow-redirects.js';
import { privateAddress } from './public-lookup.js';

/** What an {@link AddressGuard} is about. */
export interface AddressGuardSettings {
  readonly registry: URL;
  /** Hosts, as in a URL, whose address is not checked. */
  readonly trustedHosts: readonly string[];
  readonly agents: AgentPool;
}

/**
 * Decides to which addresses requests go that a server named: in a redirect, the `Location` of an upload, a `Link`, the `urls` of a
 * foreign layer, or the realm of a challenge.
 *
 * A registry on a public address may not name a private, loopback or link-local one (CVE-2026-48978): requests would reach what only
 * this machine can. Literal addresses are checked before the request; names by their resolved addresses, at the moment of the
 * connection, which goes to a checked one. Behind a proxy only literal addresses can be checked. A registry on a private address may name
 * any.
 */
export class AddressGuard {
  readonly registry: URL;
  readonly #settings: AddressGuardSettings;
  #repliedFrom: 'public' | 'private' | undefined;

  constructor(settings: AddressGuardSettings) {
    this.registry = settings.registry;
    this.#settings = settings;
  }

  /**
   * Sends a request to the registry, or to where it says, and follows redirects.
   *
   * @param mayIdentify whether the client's certificate may be shown to the registry's own host
   */
  send(send: Send, request: Omit<HttpRequest, 'agent'>, call: Call, mayIdentify = true): Promise<HttpReply> {
    const noting: Send = async (next, nextCall) => {
      const reply = await send(next, nextCall);
      this.#note(reply);
      return reply;
    };
    const agentFor = (url: URL) => this.#agentFor(url, mayIdentify && url.hostname === this.registry.hostname);
    return sendFollowing(noting, request, { agentFor }, call);
  }

  /** Whether a URL has a private address that may not be named. */
  refuses(url: URL): boolean {
    return this.mustBePublic(url) && isPrivateHost(bareHost(url));
  }

  /** Whether the addresses of a URL must be checked. */
  mustBePublic(url: URL): boolean {
    const { trustedHosts } = this.#settings;
    return !this.#registryIsPrivate() && !trustedHosts.includes(url.hostname) && !trustedHosts.includes(url.host);
  }

  async #agentFor(url: URL, identified: boolean): Promise<Agent> {
    const { agents } = this.#settings;
    if (url.origin === this.registry.origin || !this.mustBePublic(url)) return agents.agentFor(url, identified);
    if (this.refuses(url)) throw privateAddress(url.host);
    return agents.publicAgentFor(url, identified);
  }

  /** Once it has replied from a public address it stays public: its name may resolve to another address at any time. */
  #note(reply: HttpReply): void {
    const { agents } = this.#settings;
    const { url, peerAddress } = reply;
    if (url.origin !== this.registry.origin || peerAddress === undefined || this.#repliedFrom === 'public') return;
    // The address is the proxy's.
    if (agents.isProxied(this.registry)) return;
    this.#repliedFrom = isPrivateAddress(peerAddress) ? 'private' : 'public';
  }

  #registryIsPrivate(): boolean {
    return this.#repliedFrom === undefined ? isPrivateHost(bareHost(this.registry)) : this.#repliedFrom === 'private';
  }
}
