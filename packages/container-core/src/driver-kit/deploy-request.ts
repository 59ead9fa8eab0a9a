import type { HealthCheck, Mount, RestartPolicy } from '../types/deploy-options.js';
import type { RegistryCredentials } from '../types/image.js';
import type { JsonObject } from '../types/json.js';

/** A port to publish, with every default filled in. */
export interface PortRequest {
  readonly containerPort: number;
  /** 0: the provider chooses. */
  readonly hostPort: number;
  readonly hostAddress: string;
  readonly protocol: 'tcp' | 'udp';
}

/** Deploy options as a driver gets them: checked, with every default filled in. */
export interface DeployRequest {
  readonly name: string;
  readonly nameIsGenerated: boolean;
  /** Canonical reference, or an image id `sha256:…`. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variable → reference to a secret; no name of `env` is in it. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly ports: readonly PortRequest[];
  /** vCPUs. */
  readonly cpu?: number;
  readonly memoryMiB?: number;
  /** The user's. */
  readonly labels: Readonly<Record<string, string>>;
  /** Ours, to be stored with the user's and hidden with `visibleLabels`. */
  readonly reservedLabels: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly restartPolicy?: RestartPolicy;
  readonly healthCheck?: Required<{ readonly [Field in keyof HealthCheck]: NonNullable<HealthCheck[Field]> }>;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly stopTimeoutSeconds?: number;
  readonly platform?: string;
  readonly cluster?: string;
  readonly start: boolean;
  /** Give it an open stdin: `startAttached` is to start it. */
  readonly openStdin?: true;
  /** Present when the caller gave a key; the fingerprint is a hash over the whole request. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
  readonly pullPolicy: 'missing' | 'always' | 'never';
  readonly credentials?: RegistryCredentials;
  /** `providerOptions` of the driver's own namespace. */
  readonly own: JsonObject;
  /** The other namespaces of `providerOptions`, which the driver ignores. */
  readonly ignoredNamespaces?: readonly string[];
}
