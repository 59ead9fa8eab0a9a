import { bool, integer, list, onlyKnownKeys, type Refuse, record, text } from '@cloud/container-core/driver-kit';
import { checkLaunchSettings, type EcsLaunchSettings, LAUNCH_CHECKS } from './launch-settings.js';

/** A file system of Amazon EFS, mounted by a `mounts` entry of type `volume` whose `source` is its name here. */
export type EfsVolume = {
  readonly fileSystemId: string;
  readonly rootDirectory?: string;
  readonly accessPointId?: string;
  /** True by default. */
  readonly transitEncryption?: boolean;
  /** Use the task role; false by default. */
  readonly iam?: boolean;
};

/** A limit on what the container's processes may use, such as `nofile`; see `setrlimit(2)`. */
export type Ulimit = { readonly name: string; readonly softLimit: number; readonly hardLimit: number };

/**
 * What only ECS knows about a deploy: `providerOptions: { ecs: { … } }`.
 *
 * The launch settings of the connection hold where none are given here.
 */
export type EcsDeployOptions = EcsLaunchSettings & {
  /** ARNs of files in S3 with environment variables. */
  readonly environmentFiles?: readonly string[];
  /** ARN of the secret with which a private registry is read. */
  readonly repositoryCredentials?: string;
  /** 21 to 200; Fargate only. */
  readonly ephemeralStorageGiB?: number;
  readonly ulimits?: readonly Ulimit[];
  readonly efsVolumes?: Readonly<Record<string, EfsVolume>>;
  /** Size of each `tmpfs` mount; 64 by default. */
  readonly tmpfsMiB?: number;
  /** Run an init process as PID 1, which hands signals on and reaps children. */
  readonly initProcess?: boolean;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  /** ECS's own: the container starts again inside its task, but not when it ends within the period (60 to 1800 s). */
  readonly restartPolicy?: { readonly restartAttemptPeriodSeconds?: number; readonly ignoredExitCodes?: readonly number[] };
  /** Copy the image into ECR first, and deploy it from there. */
  readonly mirror?: boolean;
};

declare global {
  namespace CloudContainer {
    interface ProviderOptions {
      readonly ecs?: EcsDeployOptions | undefined;
    }
  }
}

type Own = Omit<Required<EcsDeployOptions>, keyof EcsLaunchSettings>;
type Check = (refuse: Refuse, field: string, value: unknown) => unknown;

const CHECKS: { readonly [Key in keyof Own]: Check } = {
  environmentFiles: (refuse, field, value) => list(refuse, field, value, 10).map((item, index) => text(refuse, `${field}[${index}]`, item)),
  repositoryCredentials: (refuse, field, value) => text(refuse, field, value, 2048),
  ephemeralStorageGiB: (refuse, field, value) => integer(refuse, field, value, 21, 200),
  ulimits: (refuse, field, value) => list(refuse, field, value, 32).map((item, index) => ulimit(refuse, `${field}[${index}]`, item)),
  efsVolumes: (refuse, field, value) =>
    Object.entries(record(refuse, field, value)).map(([name, volume]) => efsVolume(refuse, `${field}.${name}`, volume)),
  tmpfsMiB: (refuse, field, value) => integer(refuse, field, value, 1, 1_000_000),
  initProcess: bool,
  privileged: bool,
  readonlyRootFilesystem: bool,
  restartPolicy,
  mirror: bool,
};

export const DEPLOY_OPTION_KEYS: readonly string[] = [...Object.keys(LAUNCH_CHECKS), ...Object.keys(CHECKS)];

/** Checks `providerOptions.ecs`, whose keys are known to be among {@link DEPLOY_OPTION_KEYS}. */
export function checkDeployOptions(own: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  const at = 'providerOptions.ecs.';
  checkLaunchSettings(refuse, at, own);
  for (const [key, check] of Object.entries(CHECKS)) {
    if (own[key] !== undefined) check(refuse, `${at}${key}`, own[key]);
  }
}

function ulimit(refuse: Refuse, field: string, value: unknown): void {
  const limit = record(refuse, field, value);
  onlyKnownKeys(refuse, field, limit, ['name', 'softLimit', 'hardLimit']);
  text(refuse, `${field}.name`, limit['name'], 32);
  integer(refuse, `${field}.softLimit`, limit['softLimit'], -1, Number.MAX_SAFE_INTEGER);
  integer(refuse, `${field}.hardLimit`, limit['hardLimit'], -1, Number.MAX_SAFE_INTEGER);
}

function efsVolume(refuse: Refuse, field: string, value: unknown): void {
  const volume = record(refuse, field, value);
  onlyKnownKeys(refuse, field, volume, ['fileSystemId', 'rootDirectory', 'accessPointId', 'transitEncryption', 'iam']);
  text(refuse, `${field}.fileSystemId`, volume['fileSystemId'], 255);
  for (const key of ['rootDirectory', 'accessPointId']) if (volume[key] !== undefined) text(refuse, `${field}.${key}`, volume[key]);
  for (const key of ['transitEncryption', 'iam']) if (volume[key] !== undefined) bool(refuse, `${field}.${key}`, volume[key]);
}

function restartPolicy(refuse: Refuse, field: string, value: unknown): void {
  const policy = record(refuse, field, value);
  onlyKnownKeys(refuse, field, policy, ['restartAttemptPeriodSeconds', 'ignoredExitCodes']);
  const period = policy['restartAttemptPeriodSeconds'];
  if (period !== undefined) integer(refuse, `${field}.restartAttemptPeriodSeconds`, period, 60, 1800);
  const codes = policy['ignoredExitCodes'];
  if (codes !== undefined) {
    for (const [index, code] of list(refuse, `${field}.ignoredExitCodes`, codes, 50).entries()) {
      integer(refuse, `${field}.ignoredExitCodes[${index}]`, code, 0, 255);
    }
  }
}
