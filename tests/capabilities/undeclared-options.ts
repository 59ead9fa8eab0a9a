import {
  FULL_DEPLOY_CAPABILITIES as ALL,
  type Capabilities,
  DEPLOY_FIELDS,
  type DeployField,
  type DeployOptions,
  type ExecCapabilities,
  type ExecOptions,
  type NumberRange,
} from '@cloud/container-core';
import fc from 'fast-check';

/** Options of which one part is not declared, and what the error must name. */
export interface Undeclared<Options> {
  readonly part: string;
  readonly options: Partial<Options>;
}

type Deploys = readonly fc.Arbitrary<Undeclared<DeployOptions>>[];

/** Generates deploy options, besides the image, that the contract knows and the capabilities do not allow; `undefined` when they allow all. */
export function undeclaredOptions(capabilities: Capabilities): fc.Arbitrary<Undeclared<DeployOptions>> | undefined {
  const arbitraries = [
    ...fields(capabilities),
    ...ports(capabilities),
    ...mounts(capabilities),
    ...numbers(capabilities),
    ...words(capabilities),
  ];
  if (!capabilities.startLater) arbitraries.push(constant('start', { start: false }));
  if (!capabilities.imageIds) arbitraries.push(constant('an image id', { image: `sha256:${'ab'.repeat(32)}` }));
  return arbitraries.length === 0 ? undefined : fc.oneof(...arbitraries);
}

/** Options of `execContainer` that the capabilities do not allow, each with its name. */
export function undeclaredExecOptions(exec: ExecCapabilities): readonly Undeclared<ExecOptions>[] {
  return [
    ...(exec.tty === 'never' ? [{ part: 'tty', options: { tty: true } }] : []),
    ...(exec.tty === 'always' ? [{ part: 'tty', options: { tty: false } }] : []),
    ...(exec.stdin ? [] : [{ part: 'stdin', options: { stdin: true } }]),
    ...(exec.env ? [] : [{ part: 'env', options: { env: {} } }]),
    ...(exec.workingDirectory ? [] : [{ part: 'workingDirectory', options: { workingDirectory: '/' } }]),
    ...(exec.user ? [] : [{ part: 'user', options: { user: '0' } }]),
  ];
}

/** A value that the contract takes of each field. */
const VALUES: { readonly [Field in DeployField]: DeployOptions[Field] } = {
  command: [],
  entrypoint: ['true'],
  env: {},
  secrets: {},
  ports: [],
  cpu: 1,
  memoryMiB: 512,
  labels: {},
  mounts: [],
  restartPolicy: { condition: 'never' },
  healthCheck: { command: ['true'] },
  user: '0',
  workingDirectory: '/',
  stopTimeoutSeconds: 1,
  platform: 'linux/amd64',
  cluster: 'other',
  idempotencyKey: 'key',
  pullPolicy: 'missing',
  credentials: {},
};

function fields({ deploy }: Capabilities): fc.Arbitrary<Undeclared<DeployOptions>>[] {
  return DEPLOY_FIELDS.filter((field) => deploy[field].support === 'unsupported').map((field) =>
    constant(field, { [field]: VALUES[field] }),
  );
}

function ports({ deploy: { ports: declared } }: Capabilities): Deploys {
  if (declared.support === 'unsupported') return [];
  const containerPort = fc.integer({ min: 1, max: 65_535 });
  const other = fc.tuple(containerPort, containerPort).filter(([left, right]) => left !== right);
  return [
    ...outOf(ALL.ports.protocols, declared.protocols).map((protocol) =>
      containerPort.map((port) => ({ part: 'ports[0].protocol', options: { ports: [{ containerPort: port, protocol }] } })),
    ),
    ...(declared.hostAddress
      ? []
      : [
          fc
            .tuple(containerPort, fc.oneof(fc.ipV4(), fc.ipV6()))
            .map(([port, hostAddress]) => ({ part: 'ports[0].hostAddress', options: { ports: [{ containerPort: port, hostAddress }] } })),
        ]),
    ...(declared.hostPort === 'any'
      ? []
      : [other.map(([port, hostPort]) => ({ part: 'ports[0].hostPort', options: { ports: [{ containerPort: port, hostPort }] } }))]),
  ];
}

function mounts({ deploy: { mounts: declared } }: Capabilities): Deploys {
  if (declared.support === 'unsupported') return [];
  const { types, volumeNames } = declared;
  const isNamed = (name: string) => volumeNames === 'any' || volumeNames.includes(name);
  return [
    ...outOf(ALL.mounts.types, types).map((type) =>
      constant('mounts[0].type', { mounts: [{ type, target: '/x', ...(type === 'bind' ? { source: '/tmp' } : {}) }] }),
    ),
    ...(volumeNames === 'any' || !types.includes('volume')
      ? []
      : [
          fc
            .stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/)
            .filter((name) => !isNamed(name))
            .map((source) => ({ part: 'mounts[0].source', options: { mounts: [{ type: 'volume' as const, source, target: '/x' }] } })),
        ]),
  ];
}

function numbers({ deploy }: Capabilities): Deploys {
  const { healthCheck } = deploy;
  const plain = (['cpu', 'memoryMiB', 'stopTimeoutSeconds'] as const).flatMap((field) => {
    const declared = deploy[field];
    if (declared.support === 'unsupported') return [];
    return outside(declared, ALL[field]).map((values) => values.map((value) => ({ part: field, options: { [field]: value } })));
  });
  if (healthCheck.support === 'unsupported') return plain;
  const checks = (['intervalSeconds', 'timeoutSeconds', 'retries', 'startPeriodSeconds'] as const).flatMap((field) =>
    outside(healthCheck[field], ALL.healthCheck[field]).map((values) =>
      values.map((value) => ({ part: `healthCheck.${field}`, options: { healthCheck: { command: ['true'], [field]: value } } })),
    ),
  );
  return [...plain, ...checks];
}

function words({ deploy: { restartPolicy, platform, pullPolicy } }: Capabilities): Deploys {
  return [
    ...(restartPolicy.support === 'unsupported' ? [] : outOf(ALL.restartPolicy.conditions, restartPolicy.conditions)).map((condition) =>
      constant('restartPolicy.condition', { restartPolicy: { condition } }),
    ),
    ...(pullPolicy.support === 'unsupported' ? [] : outOf(ALL.pullPolicy.values, pullPolicy.values)).map((value) =>
      constant('pullPolicy', { pullPolicy: value }),
    ),
    ...(platform.support === 'unsupported' || platform.values === 'any'
      ? []
      : [
          fc
            .constantFrom('linux/riscv64', 'linux/arm/v7', 'windows/amd64', 'freebsd/amd64')
            .filter((value) => platform.values === 'any' || !platform.values.includes(value))
            .map((value) => ({ part: 'platform', options: { platform: value } })),
        ]),
  ];
}

function constant(part: string, options: Partial<DeployOptions>): fc.Arbitrary<Undeclared<DeployOptions>> {
  return fc.constant({ part, options });
}

/** Whole numbers on either side of a range that are in the contract. */
function outside(declared: NumberRange, contract: NumberRange): readonly fc.Arbitrary<number>[] {
  return [
    ...(declared.min > Math.ceil(contract.min) ? [fc.integer({ min: Math.ceil(contract.min), max: Math.ceil(declared.min) - 1 })] : []),
    ...(declared.max < contract.max ? [fc.integer({ min: Math.floor(declared.max) + 1, max: contract.max })] : []),
  ];
}

function outOf<Value>(all: readonly Value[], declared: readonly Value[]): readonly Value[] {
  return all.filter((value) => !declared.includes(value));
}
