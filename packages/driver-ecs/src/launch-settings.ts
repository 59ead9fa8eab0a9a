import {
  arrayOf,
  bool,
  type Check,
  type ChecksOf,
  integerFrom,
  oneOfThese,
  type Refuse,
  recordOf,
  required,
  shape,
  text,
} from '@cloud/container-core/driver-kit';

/** One capacity provider of a strategy, such as `FARGATE_SPOT`. */
export type CapacityProvider = {
  readonly capacityProvider: string;
  /** Share among the providers; 0 by default. */
  readonly weight?: number;
  /** Tasks that run on this provider in any case; 0 by default. */
  readonly base?: number;
};

/**
 * Where and how tasks run. On the connection it is the default; in `providerOptions.ecs` it is for one deploy.
 *
 * (Type aliases, not interfaces, so that they are JSON objects to TypeScript.)
 */
export type EcsLaunchSettings = {
  /** `FARGATE` by default. Not together with `capacityProviderStrategy`. */
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /** For Spot (`FARGATE_SPOT`), Managed Instances and Auto Scaling groups; the providers must belong to the cluster. */
  readonly capacityProviderStrategy?: readonly CapacityProvider[];
  /** `LATEST` by default; Fargate only. */
  readonly platformVersion?: string;
  /** `awsvpc` by default, `bridge` with launch type EC2 or EXTERNAL. */
  readonly networkMode?: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** 1 to 16, of one VPC; the subnets of the default VPC when absent. */
  readonly subnets?: readonly string[];
  /** At most 5; the VPC's default one when absent. */
  readonly securityGroups?: readonly string[];
  /** Whether tasks get a public address. True by default on Fargate in the default VPC (whose subnets have no other way out), else false. */
  readonly assignPublicIp?: boolean;
  /** The role with which ECS pulls images, writes logs and reads secrets. Fargate needs it for logs and for images of ECR. */
  readonly executionRoleArn?: string;
  /** The role of the program in the container. */
  readonly taskRoleArn?: string;
  /** `awslogs` by default: lines go to CloudWatch Logs. With `none`, `getContainerLogs` is refused. */
  readonly logs?: 'awslogs' | 'none';
  /** `/cloud-container/<cluster>` by default; made when it is missing. */
  readonly logGroup?: string;
  /** `blocking` by default: no line is lost. `non-blocking` drops lines rather than holding the program up. */
  readonly logMode?: 'blocking' | 'non-blocking';
  /** Tags of the tasks, for cost allocation and policies. Labels stay the way to find containers. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Needs a task role that may open SSM channels. */
  readonly enableExecuteCommand?: boolean;
  /** Days after which CloudWatch drops lines; kept for ever by default. Only for groups that the driver makes. */
  readonly logRetentionDays?: number;
};

/** An array of one item or more. */
function someOf<T>(item: Check<T>, maxLength: number): Check<readonly T[]> {
  const check = arrayOf(item, maxLength);
  return (refuse, field, value) => {
    const items = check(refuse, field, value);
    return items.length === 0 ? refuse(field, 'an array that is not empty') : items;
  };
}

const texts = (maxLength: number) => someOf((refuse, field, value) => text(refuse, field, value, 512), maxLength);

const shortText: Check<string> = (refuse, field, value) => text(refuse, field, value, 2048);

export const textRecord = recordOf(shortText);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
const strategy = someOf(
  shape({
    capacityProvider: required<string>((refuse, field, value) => text(refuse, field, value, 255)),
    weight: integerFrom(0, 1000),
    base: integerFrom(0, 100_000),
  } satisfies ChecksOf<CapacityProvider>),
  20,
);

const logGroup: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && /^[\w./#-]{1,512}$/.test(value)
    ? value
    : refuse(field, 'letters, digits and . _ / # -, 512 characters at most', value);

const retentionDays: Check<number> = (refuse, field, value) =>
  typeof value === 'number' && RETENTION_DAYS.includes(value) ? value : refuse(field, `one of ${RETENTION_DAYS.join(', ')}`, value);

export const LAUNCH_CHECKS = {
  launchType: oneOfThese('FARGATE', 'EC2', 'EXTERNAL'),
  capacityProviderStrategy: strategy,
  platformVersion: shortText,
  networkMode: oneOfThese('awsvpc', 'bridge', 'host', 'none'),
  subnets: texts(16),
  securityGroups: texts(5),
  assignPublicIp: bool,
  executionRoleArn: shortText,
  taskRoleArn: shortText,
  logs: oneOfThese('awslogs', 'none'),
  logGroup,
  logMode: oneOfThese('blocking', 'non-blocking'),
  tags: textRecord,
  enableExecuteCommand: bool,
  logRetentionDays: retentionDays,
} satisfies ChecksOf<EcsLaunchSettings>;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Checks the launch settings among the given members, and that they do not exclude each other. */
export function checkLaunchSettings(refuse: Refuse, at: string, given: Readonly<Record<string, unknown>>): void {
  for (const [key, check] of Object.entries(LAUNCH_CHECKS)) {
    if (given[key] !== undefined) check(refuse, `${at}${key}`, given[key]);
  }
  refuseBothLaunchTypes(refuse, at, given);
}

/** Refuses launch settings that exclude each other. */
export function refuseBothLaunchTypes(
  refuse: Refuse,
  at: string,
  given: { readonly [Name in 'launchType' | 'capacityProviderStrategy']?: unknown },
): void {
  if (given.launchType !== undefined && given.capacityProviderStrategy !== undefined) {
    refuse(`${at}launchType`, 'absent when capacityProviderStrategy is given: ECS takes one or the other');
  }
}
