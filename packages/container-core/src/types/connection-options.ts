import type { RegistryCredentials } from './image.js';

/** Certificates for connections over TLS, as PEM: the same for engines, registries and AWS endpoints. */
export interface TlsOptions {
  /**
   * Certificate authorities to trust. Of an engine they replace those that come with Node; of registries and AWS endpoints they are added
   * to them, because both a company's registry and the public ones behind it must be reached.
   */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** The client's certificate, with `key`. Registries: shown to the registry, its mirrors and its token server, to no other host. */
  readonly cert?: string | Buffer | undefined;
  /** The client's private key. */
  readonly key?: string | Buffer | undefined;
  /** The passphrase of `key`. */
  readonly passphrase?: string | undefined;
  /** False trusts any certificate of the host that is connected to. True by default. */
  readonly verify?: boolean | undefined;
}

/** How often, and after which pauses, a failed request is sent again. Only requests that are safe to repeat are. */
export interface RetryOptions {
  /** The number of repetitions after the first attempt. Registries: 5 by default, which bridges a restart of some seconds; ECS: 2. */
  readonly retries?: number | undefined;
  /**
   * The first pause, in milliseconds; it doubles each time, half of it at random. Registries: 250 by default, up to 5 s; ECS: 50 by default,
   * up to 20 s.
   */
  readonly baseDelayMs?: number | undefined;
  /**
   * The longest pause that a server may request with `Retry-After`, in milliseconds; 60 000 by default. When it requests a longer one, or one
   * beyond the call's deadline, the call fails at once.
   */
  readonly maxRetryAfterMs?: number | undefined;
}

/** Finds the credentials of a registry; a `Keychain` of `@cloud/docker-utils` is one. */
export interface CredentialSource {
  /** Returns the credentials for a host such as `docker.io`; `undefined` is anonymous. */
  resolve(registryHost: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<RegistryCredentials | undefined>;
}
