import type { CredentialSource, TlsOptions } from '@cloud/container-core';
import type { DebugListener } from '@cloud/container-core/driver-kit';

/** How to reach an engine. With none of these the engine is found as the docker CLI finds it. */
export interface DockerOptions {
  /** `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `https://host:port` or `ssh://user@host`, as in `DOCKER_HOST`. */
  readonly host?: string | undefined;
  /** The name of a docker context. */
  readonly context?: string | undefined;
  /** For `tcp:` only; `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, or the context's own, by default. */
  readonly tls?: TlsOptions | undefined;
  /** The version of the Engine API to speak, such as `1.43`; by default the newest that both sides know. */
  readonly apiVersion?: string | undefined;
  /** Where to find credentials for pulling and pushing; by default where the docker CLI keeps them. */
  readonly keychain?: CredentialSource | undefined;
  /**
   * The host at which ports published on the engine's loopback or wildcard addresses are reached from here. By default the
   * engine's own host over TCP and ssh, and loopback otherwise; set it when the engine runs in a virtual machine or a network namespace.
   */
  readonly publishedHost?: string | undefined;
  /** Total deadline of a call that is given none, in milliseconds; 30 000 by default, with room for what a call waits for by nature. */
  readonly timeoutMs?: number | undefined;
  /** The ssh program; `ssh` by default. */
  readonly sshProgram?: string | undefined;
  /** For `podman:` where no socket listens: how to run `podman system service`. False never starts one. */
  readonly service?: PodmanServiceOptions | false | undefined;
  /** In place of the environment of this process: for finding the engine, its contexts, credentials, and podman's service. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly onDebug?: DebugListener | undefined;
}

/** How to run podman as a service of this process. */
export interface PodmanServiceOptions {
  /** `podman` by default. */
  readonly program?: string | undefined;
  /** Global options of podman, such as `['--root', '/var/tmp/storage']`. */
  readonly arguments?: readonly string[] | undefined;
}
