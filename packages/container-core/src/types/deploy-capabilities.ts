import { DEPLOY_FIELDS, type DeployField, type DeployOptions, type Mount, type PortMapping, type RestartPolicy } from './deploy-options.js';

/** `enforced`: it takes effect. `recorded`: kept and shown, without effect. `unsupported`: refused. */
export type FieldSupport = 'enforced' | 'recorded' | 'unsupported';

/** The numbers that a provider takes, both bounds included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** What a provider takes of the fields whose values it may take in part. A value outside is refused as `unsupported`. */
export interface DeployFieldValues {
  readonly ports: {
    /** `any`; `same`: absent, 0 or the `containerPort`; `none`: absent or 0. */
    readonly hostPort: 'any' | 'same' | 'none';
    /** Whether `hostAddress` may be given. */
    readonly hostAddress: boolean;
    readonly protocols: readonly NonNullable<PortMapping['protocol']>[];
  };
  readonly cpu: NumberRange;
  readonly memoryMiB: NumberRange;
  readonly mounts: {
    readonly types: readonly Mount['type'][];
    /** The `source` of a volume: any name, or one of these. A volume without `source` needs only its type. */
    readonly volumeNames: 'any' | readonly string[];
  };
  readonly restartPolicy: { readonly conditions: readonly RestartPolicy['condition'][] };
  readonly healthCheck: {
    readonly intervalSeconds: NumberRange;
    readonly timeoutSeconds: NumberRange;
    readonly retries: NumberRange;
    readonly startPeriodSeconds: NumberRange;
  };
  readonly stopTimeoutSeconds: NumberRange;
  readonly platform: { readonly values: 'any' | readonly string[] };
  readonly pullPolicy: { readonly values: readonly NonNullable<DeployOptions['pullPolicy']>[] };
}

/** What a provider does with a field of the deploy options, and which values it takes. */
export type FieldCapability<Field extends DeployField = DeployField> = Field extends keyof DeployFieldValues
  ? { readonly support: 'unsupported' } | ({ readonly support: 'enforced' | 'recorded' } & DeployFieldValues[Field])
  : { readonly support: FieldSupport };

/** What a provider does with each field of the deploy options. */
export type DeployCapabilities = { readonly [Field in DeployField]: FieldCapability<Field> };

/** Every field unsupported: what the declaration of a new driver begins with. */
export const NO_DEPLOY_CAPABILITIES = Object.fromEntries(DEPLOY_FIELDS.map((field) => [field, { support: 'unsupported' }])) as {
  readonly [Field in DeployField]: { readonly support: 'unsupported' };
};

const ENFORCED = { support: 'enforced' } as const;

/**
 * Every field enforced with every value of the contract. A driver declares it, with its own exceptions.
 *
 * ```ts
 * const deploy: DeployCapabilities = { ...FULL_DEPLOY_CAPABILITIES, cluster: { support: 'unsupported' } };
 * ```
 *
 * A value outside these bounds is `invalid-argument` on every provider.
 */
export const FULL_DEPLOY_CAPABILITIES = {
  command: ENFORCED,
  entrypoint: ENFORCED,
  env: ENFORCED,
  secrets: ENFORCED,
  ports: { support: 'enforced', hostPort: 'any', hostAddress: true, protocols: ['tcp', 'udp'] },
  // A vCPU is shared in 1/1000 at the finest on any provider.
  cpu: { support: 'enforced', min: 0.001, max: 4096 },
  // Docker refuses less than 6 MiB (docs.docker.com/engine/containers/resource_constraints).
  memoryMiB: { support: 'enforced', min: 6, max: 64 * 1024 * 1024 },
  labels: ENFORCED,
  mounts: { support: 'enforced', types: ['bind', 'volume', 'tmpfs'], volumeNames: 'any' },
  restartPolicy: { support: 'enforced', conditions: ['never', 'on-failure', 'always', 'unless-stopped'] },
  healthCheck: {
    support: 'enforced',
    intervalSeconds: { min: 0.001, max: 86_400 },
    timeoutSeconds: { min: 0.001, max: 86_400 },
    retries: { min: 1, max: 1000 },
    startPeriodSeconds: { min: 0, max: 86_400 },
  },
  user: ENFORCED,
  workingDirectory: ENFORCED,
  stopTimeoutSeconds: { support: 'enforced', min: 0, max: 86_400 },
  platform: { support: 'enforced', values: 'any' },
  cluster: ENFORCED,
  idempotencyKey: ENFORCED,
  pullPolicy: { support: 'enforced', values: ['missing', 'always', 'never'] },
  credentials: ENFORCED,
} as const satisfies DeployCapabilities;
