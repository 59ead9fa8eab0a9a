import type { Capabilities, DeployCapabilities, DeployOptions, ExecCapabilities, ExecOptions, NumberRange } from '@cloud/container-core';
import fc from 'fast-check';

/** What a machine has, where a capability allows more than every machine has; by default all that is allowed. */
export interface Machine {
  /** Ports that nothing else uses. */
  readonly hostPorts?: readonly number[];
  readonly containerPorts?: readonly number[];
  readonly platforms?: readonly string[];
  /** Paths that exist. */
  readonly bindSources?: readonly string[];
  /** Without a registry nothing can be pulled. */
  readonly hasRegistry?: boolean;
  /** References to secrets that exist; without them no secret is generated. */
  readonly secretReferences?: readonly string[];
  /** Numeric users only. */
  readonly users?: readonly string[];
}

/** Generates deploy options, besides the image, that the capabilities allow. */
export function declaredOptions(capabilities: Capabilities, machine: Machine = {}): fc.Arbitrary<Partial<DeployOptions>> {
  const { deploy, startLater } = capabilities;
  const taken = <Value>(field: keyof DeployCapabilities, values: fc.Arbitrary<Value>) =>
    deploy[field].support === 'unsupported' ? fc.constant(undefined) : fc.option(values, { nil: undefined });
  return fc.record(
    {
      env: taken(
        'env',
        fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), fc.string({ maxLength: 20 }).filter(hasNoNul), { maxKeys: 3 }),
      ),
      secrets: taken('secrets', secretsOf(machine)),
      ports: taken('ports', portsOf(deploy, machine)),
      cpu: taken('cpu', numberIn(deploy.cpu)),
      memoryMiB: taken('memoryMiB', integerIn(deploy.memoryMiB)),
      labels: taken(
        'labels',
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }).filter(isVisible), { maxKeys: 3 }),
      ),
      mounts: taken('mounts', mountsOf(deploy, machine)),
      restartPolicy: taken('restartPolicy', restartPolicyOf(deploy)),
      healthCheck: taken('healthCheck', healthCheckOf(deploy)),
      user: taken('user', fc.constantFrom(...(machine.users ?? ['app', '0', '1000', '1000:1000']))),
      workingDirectory: taken('workingDirectory', fc.constantFrom('/', '/tmp')),
      stopTimeoutSeconds: taken('stopTimeoutSeconds', numberIn(deploy.stopTimeoutSeconds)),
      platform: taken('platform', fc.constantFrom(...(machine.platforms ?? platformsOf(deploy)))),
      idempotencyKey: taken('idempotencyKey', fc.uuid()),
      pullPolicy: taken('pullPolicy', fc.constantFrom(...policiesOf(deploy, machine))),
      start: startLater ? fc.constantFrom(true, false, undefined) : fc.constantFrom(true, undefined),
    },
    { noNullPrototype: true },
  );
}

/** Generates options of `execContainer` that the capabilities allow. */
export function declaredExecOptions(exec: ExecCapabilities): fc.Arbitrary<ExecOptions> {
  const taken = <Value>(isTaken: boolean, ...values: readonly Value[]) => fc.constantFrom(undefined, ...(isTaken ? values : []));
  const terminals = { optional: [true, false], always: [true], never: [false] } as const;
  return fc.record(
    {
      tty: taken(true, ...terminals[exec.tty]),
      stdin: fc.constantFrom(undefined, false, ...(exec.stdin ? [true] : [])),
      env: taken(exec.env, {}, { ADDED: 'x' }),
      workingDirectory: taken(exec.workingDirectory, '/', '/tmp'),
      user: taken(exec.user, '0', '1000'),
    },
    { noNullPrototype: true },
  );
}

/** Other names than those of `env`. */
function secretsOf({ secretReferences = [] }: Machine): fc.Arbitrary<NonNullable<DeployOptions['secrets']>> {
  if (secretReferences.length === 0) return fc.constant({});
  return fc.dictionary(fc.stringMatching(/^secret_[a-z]{1,8}$/), fc.constantFrom(...secretReferences), { maxKeys: 3 });
}

function portsOf({ ports }: DeployCapabilities, machine: Machine): fc.Arbitrary<NonNullable<DeployOptions['ports']>> {
  if (ports.support === 'unsupported') return fc.constant([]);
  const { hostPort, hostAddress, protocols } = ports;
  const port = (
    machine.containerPorts === undefined ? fc.integer({ min: 1, max: 65_535 }) : fc.constantFrom(...machine.containerPorts)
  ).chain((containerPort) => {
    const hostPorts = {
      any: machine.hostPorts === undefined ? fc.integer({ min: 0, max: 65_535 }) : fc.constantFrom(0, ...machine.hostPorts),
      same: fc.constantFrom(0, containerPort),
      none: fc.constant(0),
    }[hostPort];
    return fc.record({
      containerPort: fc.constant(containerPort),
      hostPort: fc.option(hostPorts, { nil: undefined }),
      hostAddress: hostAddress ? fc.constantFrom(undefined, '127.0.0.1', '0.0.0.0') : fc.constant(undefined),
      protocol: fc.constantFrom(undefined, ...protocols),
    });
  });
  // `0.0.0.0` and `127.0.0.1` share their ports.
  const published = ({ hostPort: number, containerPort }: { hostPort: number | undefined; containerPort: number }) =>
    number === undefined || number === 0 ? `container ${containerPort}` : number;
  return fc.uniqueArray(port, { maxLength: 3, selector: published });
}

function mountsOf({ mounts }: DeployCapabilities, machine: Machine): fc.Arbitrary<NonNullable<DeployOptions['mounts']>> {
  if (mounts.support === 'unsupported') return fc.constant([]);
  const { types, volumeNames } = mounts;
  const names = volumeNames === 'any' ? ['declared-volume'] : volumeNames;
  const mount = fc
    .record({
      type: fc.constantFrom(...types),
      bindSource: fc.constantFrom(...(machine.bindSources ?? ['/tmp', '/var/run'])),
      volumeSource: fc.constantFrom(undefined, ...names),
      target: fc.stringMatching(/^\/mnt-[a-z]{1,6}$/),
      readOnly: fc.constantFrom(undefined, true, false),
    })
    .map(({ type, bindSource, volumeSource, target, readOnly }) => {
      const source = { bind: bindSource, volume: volumeSource, tmpfs: undefined }[type];
      // A volume without source cannot be read-only anywhere.
      return { type, source, target, readOnly: type === 'volume' && source === undefined ? undefined : readOnly };
    });
  return fc.uniqueArray(mount, { maxLength: 3, selector: ({ target }) => target });
}

function restartPolicyOf({ restartPolicy }: DeployCapabilities): fc.Arbitrary<NonNullable<DeployOptions['restartPolicy']>> {
  if (restartPolicy.support === 'unsupported') return fc.constant({ condition: 'never' });
  return fc
    .tuple(fc.constantFrom(...restartPolicy.conditions), fc.constantFrom(undefined, 0, 3))
    .map(([condition, maxRetries]) => (condition === 'on-failure' ? { condition, maxRetries } : { condition }));
}

function healthCheckOf({ healthCheck }: DeployCapabilities): fc.Arbitrary<NonNullable<DeployOptions['healthCheck']>> {
  if (healthCheck.support === 'unsupported') return fc.constant({ command: ['true'] });
  return fc.record({
    command: fc.constant(['true']),
    intervalSeconds: fc.option(numberIn(healthCheck.intervalSeconds), { nil: undefined }),
    timeoutSeconds: fc.option(numberIn(healthCheck.timeoutSeconds), { nil: undefined }),
    retries: fc.option(integerIn(healthCheck.retries), { nil: undefined }),
    startPeriodSeconds: fc.option(numberIn(healthCheck.startPeriodSeconds), { nil: undefined }),
  });
}

type Range = NumberRange | { readonly support: 'unsupported' };

/** Any number of a range, its bounds more often than others. */
function numberIn(range: Range): fc.Arbitrary<number> {
  if (!('min' in range)) return fc.constant(1);
  const { min, max } = range;
  return fc.oneof(fc.constantFrom(min, max), fc.double({ min, max, noNaN: true }));
}

function integerIn(range: Range): fc.Arbitrary<number> {
  if (!('min' in range)) return fc.constant(1);
  const { min, max } = range;
  return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
}

function platformsOf({ platform }: DeployCapabilities): readonly string[] {
  if (platform.support === 'unsupported') return ['linux/amd64'];
  return platform.values === 'any' ? ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'windows/amd64'] : platform.values;
}

function policiesOf({ pullPolicy }: DeployCapabilities, { hasRegistry = true }: Machine) {
  if (pullPolicy.support === 'unsupported') return ['missing' as const];
  return pullPolicy.values.filter((value) => hasRegistry || value !== 'always');
}

const hasNoNul = (value: string) => !value.includes('\0');
const isVisible = (value: string) => /^[\x20-\x7e]*$/.test(value) && !value.includes('=');
