import {
  bool,
  type Check,
  type ChecksOf,
  credentialSource,
  type DebugListener,
  date,
  environmentVariables,
  functionOf,
  functionOr,
  milliseconds,
  numberFrom,
  type Refuse,
  record,
  refusal,
  required,
  retryOptions,
  secretText,
  shape,
  text,
  tlsOptions,
} from '@cloud/container-core/driver-kit';
import type { AwsApis } from './aws-apis.js';
import { clusterName } from './identifiers.js';
import { planOf } from './launch-plan.js';
import { checkLaunchSettings, LAUNCH_CHECKS } from './launch-settings.js';
import type { AwsCredentials, EcsOptions, PollInterval } from './options.js';

/** Checks a string against a pattern; `what` is for the message. */
function matching(pattern: RegExp, what: string): Check<string> {
  return (refuse, field, value) => (typeof value === 'string' && pattern.test(value) ? value : refuse(field, what, value));
}

const cluster: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && clusterName(value) !== undefined ? value : refuse(field, 'the name or ARN of a cluster', value);

const endpointUrl: Check<string> = (refuse, field, value) => {
  const given = typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value) ? value : refuse(field, 'an http or https URL');
  const url = new URL(given);
  // The value may carry a credential: it is never shown.
  if (url.username !== '' || url.password !== '' || url.search !== '') refuse(field, 'free of credentials and parameters');
  return given;
};

/** A client is checked when it is used: it has at least the operations that its owner needs. */
const client: Check<never> = (refuse, field, value) => record(refuse, field, value) as never;

const identity = shape({
  accessKeyId: required(secretText),
  secretAccessKey: required(secretText),
  sessionToken: secretText,
  expiration: date,
  credentialScope: text,
  accountId: text,
} satisfies ChecksOf<AwsCredentials>);

/** The SDK writes notes of its own, such as `$source`, into credentials that pass through it. */
const credentials: Check<AwsCredentials> = (refuse, field, value) => {
  const given = Object.entries(record(refuse, field, value)).filter(([name]) => !name.startsWith('$'));
  return identity(refuse, field, Object.fromEntries(given));
};

const interval = shape({
  minMs: required(numberFrom(1, 60_000)),
  maxMs: required(numberFrom(1, 600_000)),
} satisfies ChecksOf<PollInterval>);

const pollInterval: Check<PollInterval> = (refuse, field, value) => {
  const given = interval(refuse, field, value);
  if (given.maxMs < given.minMs) refuse(`${field}.maxMs`, `a number from ${given.minMs} to 600000`, given.maxMs);
  return given;
};

const ecsOptions = shape({
  ...LAUNCH_CHECKS,
  region: matching(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'an AWS region such as us-east-1'),
  cluster,
  credentials: functionOr<() => Promise<AwsCredentials>, AwsCredentials>(credentials),
  profile: (refuse, field, value) => text(refuse, field, value, 255),
  endpoint: endpointUrl,
  endpoints: shape({ ecs: endpointUrl, ecr: endpointUrl, logs: endpointUrl, ec2: endpointUrl } satisfies ChecksOf<AwsApis>),
  retry: retryOptions,
  tls: tlsOptions,
  timeoutMs: milliseconds,
  pollInterval,
  logDrainMs: numberFrom(0, 600_000),
  ec2Addresses: bool,
  mirrorPrefix: matching(/^[a-z0-9]+([._/-][a-z0-9]+)*[/-]?$/, 'lower-case letters and digits, separated by . _ - or /'),
  keychain: credentialSource,
  environment: environmentVariables,
  clients: shape({ ecs: client, ecr: client, logs: client, ec2: client } satisfies ChecksOf<AwsApis>),
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<EcsOptions>);

/** Checks connection options, and returns a copy; nothing is requested. */
export function checkOptions(options: EcsOptions): EcsOptions {
  const refuse: Refuse = refusal('ecs', 'connect');
  const given = ecsOptions(refuse, '', options === undefined ? {} : options);
  checkLaunchSettings(refuse, '', given);
  const { fargate, networkMode } = planOf(given, {});
  if (fargate && networkMode !== 'awsvpc') refuse('networkMode', 'awsvpc on Fargate; set launchType for another one', networkMode);
  return given;
}
