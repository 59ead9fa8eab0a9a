import type { CredentialSource, RegistryCredentials } from '@cloud/container-core';
import {
  abortSignal,
  type ChecksOf,
  credentials,
  dockerConfigFolder,
  environmentVariables,
  milliseconds,
  recordOf,
  refusal,
  shape,
  systemLimitError,
  text,
} from '@cloud/container-core/driver-kit';
import { askCredentialHelper } from './credential-helper.js';
import { helperFor, readDockerConfig, storedCredentials } from './docker-config.js';
import { configKeyOf, normalizeRegistryHost } from './registry-host.js';

const DEFAULT_HELPER_TIMEOUT_MS = 30_000;

/** Where a {@link Keychain} looks. */
export interface KeychainOptions {
  /** Credentials by registry host, such as `{ 'ghcr.io': { username, password } }`; these come first. */
  readonly credentials?: Readonly<Record<string, RegistryCredentials>> | undefined;
  /**
   * The folder of the docker CLI's `config.json`; `$DOCKER_CONFIG`, else `~/.docker`, by default. A relative `$DOCKER_CONFIG` is
   * `invalid-argument`: a file of the working directory is never read as configuration.
   */
  readonly configDirectory?: string | undefined;
  /** How long a helper program may take, in milliseconds; 30 000 by default. */
  readonly helperTimeoutMs?: number | undefined;
  /** The environment to read `DOCKER_CONFIG` and the home folder from, and to run helpers in; this process's by default. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** How to look credentials up. */
export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined;
}

const keychainOptions = shape({
  credentials: recordOf<RegistryCredentials>(credentials),
  configDirectory: text,
  helperTimeoutMs: milliseconds,
  environment: environmentVariables,
} satisfies ChecksOf<KeychainOptions>);

const resolveOptions = shape({ signal: abortSignal } satisfies ChecksOf<ResolveOptions>);

/**
 * Finds the credentials for a registry as the docker CLI does.
 *
 * In this order: the ones given explicitly, the host's own helper (`credHelpers`), the general helper (`credsStore`), the
 * configuration file itself (`auths`), and then nothing: anonymous. The file is read at each call, so that a login is seen.
 *
 * ```ts
 * const keychain = new Keychain({ credentials: { 'ghcr.io': { username: 'me', password: token } } });
 * const credentials = await keychain.resolve('docker.io'); // undefined: anonymous
 * ```
 */
export class Keychain implements CredentialSource {
  readonly #explicit: ReadonlyMap<string, RegistryCredentials>;
  readonly #configDirectory: string | undefined;
  readonly #helperTimeoutMs: number;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(options: KeychainOptions = {}) {
    const checked = keychainOptions(refusal('keychain', 'Keychain'), '', options);
    this.#explicit = new Map(Object.entries(checked.credentials ?? {}).map(([host, entry]) => [normalizeRegistryHost(host), entry]));
    this.#environment = checked.environment ?? process.env;
    this.#configDirectory = checked.configDirectory;
    this.#helperTimeoutMs = checked.helperTimeoutMs ?? DEFAULT_HELPER_TIMEOUT_MS;
  }

  /**
   * The credentials for a registry host such as `docker.io` or `localhost:5000`; `undefined` is anonymous.
   *
   * Throws `invalid-argument` for what is not a host or a broken configuration file, `permission-denied` for one that cannot
   * be read, `unauthenticated` when a configured helper fails, `timeout` when it does not answer, `integrity` when it writes more than
   * 64 KiB, and `capacity` when no file or process is left.
   */
  async resolve(registryHost: string, options: ResolveOptions = {}): Promise<RegistryCredentials | undefined> {
    const host = normalizeRegistryHost(registryHost);
    const { signal } = resolveOptions(refusal('keychain', 'resolve'), '', options);
    signal?.throwIfAborted();
    const explicit = this.#explicit.get(host);
    if (explicit !== undefined) return explicit;
    try {
      return await this.#find(host, signal);
    } catch (error) {
      throw systemLimitError(error) ?? error;
    }
  }

  async #find(host: string, signal: AbortSignal | undefined): Promise<RegistryCredentials | undefined> {
    const config = await readDockerConfig(this.#configDirectory ?? dockerConfigFolder(this.#environment));
    const helper = helperFor(config, host);
    const helped =
      helper === undefined
        ? undefined
        : await askCredentialHelper(helper, configKeyOf(host), {
            timeoutMs: this.#helperTimeoutMs,
            environment: this.#environment,
            signal,
          });
    return helped ?? storedCredentials(config, host);
  }
}
