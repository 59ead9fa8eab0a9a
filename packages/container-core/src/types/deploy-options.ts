import type { CallOptions } from './call-options.js';
import type { Image, RegistryCredentials } from './image.js';
import './provider-options.js';

/** A port of the container to publish. */
export interface PortMapping {
  /** 1 to 65535. */
  readonly containerPort: number;
  /** 0 to 65535; 0, the default, lets the provider choose. */
  readonly hostPort?: number | undefined;
  /** The address to listen on; loopback (`127.0.0.1`) by default, so that nothing is open to the network unasked. */
  readonly hostAddress?: string | undefined;
  /** `tcp` by default. */
  readonly protocol?: 'tcp' | 'udp' | undefined;
}

/** A file system that the container sees. */
export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** Host path of a bind, name of a volume; an anonymous volume when absent. */
  readonly source?: string | undefined;
  /** Absolute path in the container. */
  readonly target: string;
  /** False by default; a volume without `source` cannot be read-only, since nothing could ever write to it. */
  readonly readOnly?: boolean | undefined;
}

/** What to do when the container ends by itself. */
export interface RestartPolicy {
  readonly condition: 'never' | 'on-failure' | 'always' | 'unless-stopped';
  /** With `on-failure` only. */
  readonly maxRetries?: number | undefined;
}

/** A command that tells whether the container is well: exit code 0 is healthy. */
export interface HealthCheck {
  /** Run without a shell; for a shell write `['sh', '-c', '…']`. */
  readonly command: readonly string[];
  /** 30 by default. */
  readonly intervalSeconds?: number | undefined;
  /** 5 by default. */
  readonly timeoutSeconds?: number | undefined;
  /** Failures in a row that make it unhealthy; 3 by default. */
  readonly retries?: number | undefined;
  /** Time to start up in which failures do not count; 0 by default. */
  readonly startPeriodSeconds?: number | undefined;
}

/** The fields of {@link DeployOptions} that a provider may enforce, record or not support. */
export const DEPLOY_FIELDS = [
  'command',
  'entrypoint',
  'env',
  'secrets',
  'ports',
  'cpu',
  'memoryMiB',
  'labels',
  'mounts',
  'restartPolicy',
  'healthCheck',
  'user',
  'workingDirectory',
  'stopTimeoutSeconds',
  'platform',
  'cluster',
  'idempotencyKey',
  'pullPolicy',
  'credentials',
] as const;

/** A field of {@link DeployOptions} that a provider declares its treatment of. */
export type DeployField = (typeof DEPLOY_FIELDS)[number];

/** What to run. Only `image` is required. */
export interface DeployOptions extends CallOptions {
  /** `^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$`, and a letter first for a service; made from the image's name when absent. */
  readonly name?: string | undefined;
  /** A reference such as `nginx:1.27`, or any `Image`. */
  readonly image: Image | string;
  /** Arguments of the entry point, in place of the image's. */
  readonly command?: readonly string[] | undefined;
  /** In place of the image's entry point. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Added to the image's own, in place of those of the same name. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * Environment variables whose values the provider reads from its store of secrets: variable → the provider's reference, such as an ARN.
   * References are not secret; the values are never read by this program. A name in `env` as well is `invalid-argument`.
   */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** None is published by default. */
  readonly ports?: readonly PortMapping[] | undefined;
  /** vCPUs, such as 0.25. */
  readonly cpu?: number | undefined;
  /** Memory limit in MiB. */
  readonly memoryMiB?: number | undefined;
  /** Visible ASCII without `=`, 256 characters at most; the prefix `cloud.container.` is reserved. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly mounts?: readonly Mount[] | undefined;
  /** `never` by default. */
  readonly restartPolicy?: RestartPolicy | undefined;
  /** In place of the image's own. */
  readonly healthCheck?: HealthCheck | undefined;
  /** `user`, `user:group`, or ids. */
  readonly user?: string | undefined;
  /** Absolute path. */
  readonly workingDirectory?: string | undefined;
  /** Time between the polite signal and the kill when the container is stopped, in seconds. */
  readonly stopTimeoutSeconds?: number | undefined;
  /** `os/architecture[/variant]`, such as `linux/arm64`. */
  readonly platform?: string | undefined;
  /** Id or name of a cluster; the connection's own by default. */
  readonly cluster?: string | undefined;
  /** Start it at once; true by default. `false` only where `capabilities.startLater`. */
  readonly start?: boolean | undefined;
  /**
   * Makes a second deploy with the same key and options return the container that the first one made, as long as it lives.
   * The same key with other options is a `conflict`. 1 to 128 visible ASCII characters.
   */
  readonly idempotencyKey?: string | undefined;
  /** `missing` by default: pull only what is not there. */
  readonly pullPolicy?: 'missing' | 'always' | 'never' | undefined;
  /** For pulling the image. */
  readonly credentials?: RegistryCredentials | undefined;
  /**
   * What only one provider knows, under that provider's name; its driver package declares the type. Other drivers ignore it and
   * report it to `onDebug`. An unknown key of the driver's own options is `invalid-argument`.
   */
  readonly providerOptions?: CloudContainer.ProviderOptions | undefined;
}
