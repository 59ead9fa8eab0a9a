import type { DockerOptions } from '@cloud/driver-docker';
import type { EcsOptions } from '@cloud/driver-ecs';
import type { MemoryOptions } from '@cloud/driver-memory';
import { closest } from './closest.js';
import type { KnownProvider } from './providers.js';

/** What the value of an option of a profile must be. */
type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'false'
  | { readonly list: Shape }
  | { readonly members: Shapes }
  | { readonly strings: 'by any key' };
type Shapes = Readonly<Record<string, Shape>>;
type ShapesOf<Options> = { readonly [Key in keyof Options]?: Shape };

/** No program, no credential, no environment: neither `sshProgram`, nor what starts podman's service, nor its arguments. */
const DOCKER = {
  host: 'string',
  context: 'string',
  tls: { members: { ca: 'string', verify: 'boolean' } },
  apiVersion: 'string',
  publishedHost: 'string',
  timeoutMs: 'number',
  service: 'false',
} as const satisfies ShapesOf<DockerOptions>;

const ECS = {
  region: 'string',
  cluster: 'string',
  profile: 'string',
  endpoint: 'string',
  endpoints: { members: { ecs: 'string', ecr: 'string', logs: 'string', ec2: 'string' } },
  retry: { members: { retries: 'number', baseDelayMs: 'number', maxRetryAfterMs: 'number' } },
  timeoutMs: 'number',
  pollInterval: { members: { minMs: 'number', maxMs: 'number' } },
  logDrainMs: 'number',
  ec2Addresses: 'boolean',
  mirrorPrefix: 'string',
  launchType: 'string',
  capacityProviderStrategy: { list: { members: { capacityProvider: 'string', weight: 'number', base: 'number' } } },
  platformVersion: 'string',
  networkMode: 'string',
  subnets: { list: 'string' },
  securityGroups: { list: 'string' },
  assignPublicIp: 'boolean',
  executionRoleArn: 'string',
  taskRoleArn: 'string',
  logs: 'string',
  logGroup: 'string',
  logMode: 'string',
  tags: { strings: 'by any key' },
  enableExecuteCommand: 'boolean',
  logRetentionDays: 'number',
} as const satisfies ShapesOf<EcsOptions>;

const MEMORY = {
  profile: 'string',
  latencyMs: 'number',
  failures: { list: { members: { operation: 'string', code: 'string', message: 'string', times: 'number' } } },
} as const satisfies ShapesOf<MemoryOptions>;

/**
 * The options that a profile may have, by provider: an allow list, so that an option which a driver gains later stays out of
 * profiles until it is added here.
 */
const SHAPES: Readonly<Record<KnownProvider['name'], Shapes>> = { memory: MEMORY, docker: DOCKER, podman: DOCKER, ecs: ECS };

/** Returns what is wrong with the options of a profile, however deep; `undefined` when nothing is. No value is repeated. */
export function problemWithOptions(provider: KnownProvider['name'], options: unknown): string | undefined {
  return problemWith(options, { members: SHAPES[provider] }, '');
}

function problemWith(value: unknown, shape: Shape, at: string): string | undefined {
  if (shape === 'false') return value === false ? undefined : `"${at}" must be false: a profile cannot say which program to run`;
  if (typeof shape === 'string') return expectThat(typeof value === shape, at, `a ${shape}`);
  if ('list' in shape) {
    if (!Array.isArray(value)) return expectThat(false, at, 'a list');
    return first(value.map((item, index) => problemWith(item, shape.list, `${at}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return expectThat(false, at === '' ? 'options' : at, 'an object');
  const members = Object.entries(value);
  if ('strings' in shape) return first(members.map(([key, item]) => problemWith(item, 'string', `${at}.${key}`)));
  const known = Object.keys(shape.members);
  return first(
    members.map(([key, item]) => {
      const member = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined;
      const path = at === '' ? key : `${at}.${key}`;
      return member === undefined ? unknownKey(path, key, known) : problemWith(item, member, path);
    }),
  );
}

/** Says that a key is unknown, and which known one may be meant. */
export function unknownKey(path: string, key: string, known: readonly string[]): string {
  const meant = closest(key, known);
  const hint = meant === undefined ? `the options are ${known.join(', ')}` : `did you mean "${meant}"?`;
  const program = /program|command|exec|helper|service|argument/i.test(path) ? '; a profile cannot say which program to run' : '';
  return `unknown option "${path}"${program}; ${hint}`;
}

function expectThat(holds: boolean, at: string, what: string): string | undefined {
  return holds ? undefined : `"${at}" must be ${what}`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}
