import type { RegistryCredentials } from '@cloud/container-core';
import { checkCredentials, refusal } from '@cloud/container-core/driver-kit';
import type { Call } from '../http/exchange.js';
import type { Secrets } from '../http/secrets.js';
import { SingleFlight } from '../http/single-flight.js';

/** Credentials that may end. */
export interface ExpiringCredentials extends RegistryCredentials {
  /** From then on the provider is asked again; a little earlier, in fact, so that long transfers are not cut. */
  readonly expiresAt?: Date | undefined;
}

/** Finds the credentials for a registry host when they are needed; `undefined` is anonymous. */
export type CredentialsProvider = (
  registryHost: string,
  options: { readonly signal: AbortSignal },
) => Promise<ExpiringCredentials | undefined>;

/** Renewed when less than this, or a tenth of their life, is left. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** The credentials of one registry: asked for once, shared by all calls, and renewed when they end or are refused. */
export class CredentialsHolder {
  readonly #host: string;
  readonly #provide: CredentialsProvider;
  readonly #secrets: Secrets;
  readonly #flight = new SingleFlight<ExpiringCredentials | undefined>();
  #current: { readonly credentials: ExpiringCredentials | undefined; readonly renewAt: number } | undefined;

  constructor(host: string, provide: CredentialsProvider, secrets: Secrets) {
    this.#host = host;
    this.#provide = provide;
    this.#secrets = secrets;
  }

  async get(call: Call): Promise<RegistryCredentials | undefined> {
    if (this.#current !== undefined && Date.now() < this.#current.renewAt) return this.#current.credentials;
    return this.#flight.run('', call.signal, async (signal) => {
      const provided = await this.#provide(this.#host, { signal });
      const credentials =
        provided === undefined ? undefined : checkCredentials(refusal('registry', call.operation), 'credentials of the provider', provided);
      if (credentials !== undefined) this.#secrets.addCredentials(credentials);
      this.#current = { credentials, renewAt: renewalOf(provided?.expiresAt) };
      return credentials;
    });
  }

  /** Asks the provider again, because what it gave was refused. */
  forget(): void {
    this.#current = undefined;
  }
}

function renewalOf(expiresAt: Date | undefined): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  const left = expiresAt.getTime() - Date.now();
  return expiresAt.getTime() - Math.min(RENEW_BEFORE_MS, Math.max(0, left / 10));
}
