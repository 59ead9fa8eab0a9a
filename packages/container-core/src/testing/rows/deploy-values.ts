import { type DeployCapabilities, FULL_DEPLOY_CAPABILITIES, type NumberRange } from '../../types/deploy-capabilities.js';
import type { DeployOptions } from '../../types/deploy-options.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

type Options = Partial<DeployOptions>;
/** Options of which a provider does not take one part, and that part. */
type Undeclared = readonly [part: string, options: Options];

/** Rows about the values of fields that a provider may take in part: what is declared is taken, the rest refused. */
export function deployValueRows({ capabilities: { deploy } }: ConformanceOptions): readonly Row[] {
  const undeclared = undeclaredValues(deploy);
  const declared = declaredValues(deploy);
  return [
    ...(undeclared.length === 0
      ? []
      : [
          {
            id: 'deploy.values-refused',
            promise: `${undeclared.length} values that are not declared are unsupported: the error names each, and nothing is deployed`,
            run: async (row) => {
              for (const [part, options] of undeclared) {
                const error = await row.failure(row.driver.deployContainer(row.deployOptions(idleProgram(), options)), 'unsupported');
                row.expect(error.message).toContain(part);
              }
              row.expect(await row.listed()).toEqual([]);
            },
          } satisfies Row,
        ]),
    {
      id: 'deploy.values-taken',
      promise: 'values at the bounds of what is declared are deployed',
      run: async (row) => {
        for (const options of declared) await row.deploy(idleProgram(), options);
      },
    },
  ];
}

/** One value outside of every declaration that is narrower than the contract. */
function undeclaredValues(deploy: DeployCapabilities): readonly Undeclared[] {
  return [...undeclaredPorts(deploy), ...undeclaredMounts(deploy), ...undeclaredNumbers(deploy), ...undeclaredWords(deploy)];
}

function undeclaredPorts({ ports }: DeployCapabilities): readonly Undeclared[] {
  if (ports.support === 'unsupported') return [];
  const { hostPort, hostAddress, protocols } = ports;
  return [
    ...missing(FULL_DEPLOY_CAPABILITIES.ports.protocols, protocols).map(
      (protocol): Undeclared => ['ports[0].protocol', { ports: [{ containerPort: 8080, protocol }] }],
    ),
    ...(hostAddress ? [] : [['ports[0].hostAddress', { ports: [{ containerPort: 8080, hostAddress: '127.0.0.1' }] }] as const]),
    ...(hostPort === 'any' ? [] : [['ports[0].hostPort', { ports: [{ containerPort: 8080, hostPort: 8081 }] }] as const]),
    ...(hostPort === 'none' ? [['ports[0].hostPort', { ports: [{ containerPort: 8080, hostPort: 8080 }] }] as const] : []),
  ];
}

function undeclaredMounts({ mounts }: DeployCapabilities): readonly Undeclared[] {
  if (mounts.support === 'unsupported') return [];
  const target = '/tmp/mounted';
  return [
    ...missing(FULL_DEPLOY_CAPABILITIES.mounts.types, mounts.types).map(
      (type): Undeclared => ['mounts[0].type', { mounts: [{ type, target, ...(type === 'bind' ? { source: '/tmp' } : {}) }] }],
    ),
    ...(mounts.volumeNames === 'any' || !mounts.types.includes('volume')
      ? []
      : [['mounts[0].source', { mounts: [{ type: 'volume', source: 'not-declared', target }] }] as const]),
  ];
}

function undeclaredNumbers(deploy: DeployCapabilities): readonly Undeclared[] {
  const plain = (['cpu', 'memoryMiB', 'stopTimeoutSeconds'] as const).flatMap((field) => {
    const declared = deploy[field];
    if (declared.support === 'unsupported') return [];
    return outside(declared, FULL_DEPLOY_CAPABILITIES[field]).map((value): Undeclared => [field, { [field]: value }]);
  });
  const { healthCheck } = deploy;
  if (healthCheck.support === 'unsupported') return plain;
  const checks = (['intervalSeconds', 'timeoutSeconds', 'retries', 'startPeriodSeconds'] as const).flatMap((field) =>
    outside(healthCheck[field], FULL_DEPLOY_CAPABILITIES.healthCheck[field]).map(
      (value): Undeclared => [`healthCheck.${field}`, { healthCheck: { command: ['true'], [field]: value } }],
    ),
  );
  return [...plain, ...checks];
}

function undeclaredWords({ restartPolicy, platform, pullPolicy }: DeployCapabilities): readonly Undeclared[] {
  const conditions =
    restartPolicy.support === 'unsupported' ? [] : missing(FULL_DEPLOY_CAPABILITIES.restartPolicy.conditions, restartPolicy.conditions);
  const policies = pullPolicy.support === 'unsupported' ? [] : missing(FULL_DEPLOY_CAPABILITIES.pullPolicy.values, pullPolicy.values);
  return [
    ...conditions.map((condition): Undeclared => ['restartPolicy.condition', { restartPolicy: { condition } }]),
    ...policies.map((value): Undeclared => ['pullPolicy', { pullPolicy: value }]),
    ...(platform.support === 'unsupported' || platform.values === 'any' ? [] : [['platform', { platform: 'plan9/mips' }] as const]),
  ];
}

/** Options that together have every declared value that every image and every machine can have. */
function declaredValues(deploy: DeployCapabilities): readonly Options[] {
  const { ports, mounts, healthCheck, stopTimeoutSeconds, restartPolicy, pullPolicy } = deploy;
  const checks = healthCheck.support === 'unsupported' ? undefined : healthCheck;
  const command = ['true'];
  const atBounds = (bound: keyof NumberRange): Options => ({
    ...(stopTimeoutSeconds.support === 'unsupported' ? {} : { stopTimeoutSeconds: stopTimeoutSeconds[bound] }),
    ...(checks === undefined
      ? {}
      : {
          healthCheck: {
            command,
            // An interval at the lower bound would run the check all the time.
            intervalSeconds: checks.intervalSeconds.max,
            timeoutSeconds: checks.timeoutSeconds[bound],
            retries: checks.retries[bound],
            startPeriodSeconds: checks.startPeriodSeconds[bound],
          },
        }),
  });
  const structures: Options = {
    ...(ports.support === 'unsupported'
      ? {}
      : {
          ports: ports.protocols.map((protocol) => ({
            containerPort: 8080,
            protocol,
            ...(ports.hostAddress ? { hostAddress: '127.0.0.1' } : {}),
            ...(ports.hostPort === 'same' ? { hostPort: 8080 } : {}),
          })),
        }),
    ...(mounts.support === 'unsupported'
      ? {}
      : {
          mounts: mounts.types
            .filter((type) => type !== 'bind')
            .map((type) => ({ type, target: `/tmp/${type}`, readOnly: type === 'tmpfs' })),
        }),
  };
  const conditions = restartPolicy.support === 'unsupported' ? [] : restartPolicy.conditions;
  // To pull always needs a registry that has the image.
  const policies = pullPolicy.support === 'unsupported' ? [] : pullPolicy.values.filter((value) => value !== 'always');
  return [
    atBounds('min'),
    { ...atBounds('max'), ...structures },
    ...conditions.map((condition) => ({ restartPolicy: { condition } })),
    ...policies.map((value) => ({ pullPolicy: value })),
  ];
}

/** Those of the values that are not among others. */
function missing<Value>(values: readonly Value[], others: readonly Value[]): readonly Value[] {
  return values.filter((value) => !others.includes(value));
}

/** A number on each side of a declared range, as far as the contract has one there. */
function outside(declared: NumberRange, contract: NumberRange): readonly number[] {
  return [
    ...(declared.min > contract.min ? [contract.min] : []),
    ...(declared.max < contract.max ? [Math.min(Math.ceil(declared.max) + 1, contract.max)] : []),
  ];
}
