import type { DefinedDriver } from '../../driver-kit/define-driver.js';
import type { FieldCapability } from '../../types/deploy-capabilities.js';
import type { DeployField, DeployOptions } from '../../types/deploy-options.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { everyDeclaredCall } from '../every-call.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';

/** Values that deploy must refuse, with the field that the message must name. */
const BAD_DEPLOY_OPTIONS: readonly (readonly [DeployField | 'name' | 'image' | 'start' | 'timeoutMs' | 'unknown', unknown])[] = [
  ...['', 'a', '7', 'Upper', 'under_score', '-first', 'last-', 'a'.repeat(64), '../x', 'ü', 'a b', 'a\n', 7, null].map(
    (value) => ['name', value] as const,
  ),
  ...['', 'UPPER', 'a b', 'nginx:', 'nginx:a b', 'nginx@sha256:12', '/nginx', 'a//b', 'http://host/a', 7, null, {}].map(
    (value) => ['image', value] as const,
  ),
  ...['sh', [1], ['a\0b'], {}].map((value) => ['command', value] as const),
  ...['sh', [null]].map((value) => ['entrypoint', value] as const),
  ...[{ 'A=B': 'x' }, { '': 'x' }, { 'A B': 'x' }, { A: 1 }, { A: 'x\0y' }, ['A=B'], 'A=B'].map((value) => ['env', value] as const),
  ...[{ 'A=B': 'x' }, { A: 1 }, { A: '' }, { A: 'x\n' }, ['A']].map((value) => ['secrets', value] as const),
  ...[0, -1, 65_536, 1.5, '80', undefined].map((containerPort) => ['ports', [{ containerPort }]] as const),
  ...[-1, 65_536, 'x'].map((hostPort) => ['ports', [{ containerPort: 80, hostPort }]] as const),
  ['ports', [{ containerPort: 80, hostAddress: 'localhost' }]],
  ['ports', [{ containerPort: 80, protocol: 'icmp' }]],
  ['ports', [{ containerPort: 80, unknown: 1 }]],
  ['ports', { containerPort: 80 }],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1'].map((value) => ['cpu', value] as const),
  ...[0, -1, 5, 128.5, Number.NaN, '128'].map((value) => ['memoryMiB', value] as const),
  ...[{ '': 'x' }, { a: 1 }, { 'a b': 'x' }, { 'cloud.container.own': 'x' }, ['a']].map((value) => ['labels', value] as const),
  ['mounts', [{ type: 'bind', source: 'relative', target: '/x' }]],
  ['mounts', [{ type: 'volume', source: '../x', target: '/x' }]],
  ['mounts', [{ type: 'tmpfs', target: 'relative' }]],
  ['mounts', [{ type: 'nfs', target: '/x' }]],
  ['restartPolicy', { condition: 'sometimes' }],
  ['restartPolicy', { condition: 'always', maxRetries: 3 }],
  ['healthCheck', { command: [] }],
  ['healthCheck', { command: ['true'], intervalSeconds: -1 }],
  ...['', 'a\nb', 7].map((value) => ['user', value] as const),
  ...['relative', '', 7].map((value) => ['workingDirectory', value] as const),
  ...[-1, Number.NaN, '5'].map((value) => ['stopTimeoutSeconds', value] as const),
  ...['linux', 'Linux/AMD64', ''].map((value) => ['platform', value] as const),
  ...['', 'a b', 'ü', 'x'.repeat(129), 7].map((value) => ['idempotencyKey', value] as const),
  ['pullPolicy', 'sometimes'],
  ['credentials', { password: 7 }],
  ['credentials', { unknown: 'x' }],
  ['start', 'no'],
  ['timeoutMs', -1],
  ['timeoutMs', 'soon'],
  ['unknown', true],
];

/** Rows about bad input: refused before any request, with the field named. */
export function validationRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'validation.deploy',
      promise: `deploy refuses ${BAD_DEPLOY_OPTIONS.length} kinds of bad options, naming the field, and deploys nothing`,
      run: async (row) => {
        for (const [field, value] of BAD_DEPLOY_OPTIONS) {
          const options = { ...row.deployOptions(idleProgram()), [field]: value } as DeployOptions;
          const supported = (capabilities.deploy as Readonly<Record<string, FieldCapability>>)[field]?.support !== 'unsupported';
          const error = await row.failure(row.driver.deployContainer(options), supported ? 'invalid-argument' : 'unsupported');
          row.expect(error.message.includes(field)).toBe(true);
        }
        row.expect(await row.listed()).toEqual([]);
      },
    },
    {
      id: 'validation.calls',
      promise: 'every call refuses bad arguments, naming them',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        for (const [field, call] of badCalls(row.driver, container.id)) {
          const error = await row.failure(call(), 'invalid-argument');
          row.expect(error.message.includes(field)).toBe(true);
        }
        row.expect((await row.driver.getContainer(container)).state === 'stopped').toBe(false);
      },
    },
    {
      id: 'validation.unknown-option',
      promise: 'every call refuses an option that it does not take, naming it, and does nothing',
      run: async (row) => {
        const container = await row.deployReady();
        for (const { name, call } of everyDeclaredCall(row.driver, container.id, row.deployOptions(idleProgram()))) {
          const error = await row.failure(call({ timeotMs: 1000 } as object), 'invalid-argument');
          row.expect(`${name}: ${error.message}`).toMatch(/timeotMs/);
        }
        row.expect((await row.listed()).map(({ id, state }) => `${id} ${state}`)).toEqual([`${container.id} running`]);
      },
    },
  ];
}

function badCalls(driver: DefinedDriver, id: string): readonly (readonly [string, () => Promise<unknown>])[] {
  const bad = (value: unknown) => value as never;
  return [
    ...['', ' ', undefined, null, 7, {}, { id: 7 }, 'a\0b'].flatMap((reference) => [
      ['container', () => driver.getContainer(bad(reference))] as const,
      ['container', () => driver.startContainer(bad(reference))] as const,
      ['container', () => driver.stopContainer(bad(reference))] as const,
      ['container', () => driver.restartContainer(bad(reference))] as const,
      ['container', () => driver.destroyContainer(bad(reference))] as const,
      ['container', () => driver.waitForContainer(bad(reference), { until: 'stopped' })] as const,
      ['container', () => collect(driver.getContainerLogs(bad(reference)))] as const,
      ['container', () => collect(driver.getContainerLogs(bad(reference)).bytes())] as const,
    ]),
    ['until', () => driver.waitForContainer(id, bad({ until: 'done' }))],
    ['until', () => driver.waitForContainer(id, bad({}))],
    ['tail', () => collect(driver.getContainerLogs(id, { tail: 1.5 }))],
    ['since', () => collect(driver.getContainerLogs(id, { since: new Date('nonsense') }))],
    ['until', () => collect(driver.getContainerLogs(id, bad({ until: '2020-01-01' })))],
    ['after', () => collect(driver.getContainerLogs(id, { after: '' }))],
    ['folow', () => collect(driver.getContainerLogs(id, bad({ folow: true })))],
    ['states', () => driver.listContainers(bad({ states: ['exited'] })).then()],
    ['labels', () => driver.listContainers(bad({ labels: 'a=b' })).then()],
    ['image', () => driver.listContainers({ image: 'UPPER' }).then()],
    ['all', () => driver.listContainers(bad({ all: true })).then()],
    ['signal', () => driver.getContainer(id, bad({ signal: 'abort' }))],
    ['timeoutMs', () => driver.getContainer(id, { timeoutMs: 0 })],
    ['timeoutMs', () => driver.ping({ timeoutMs: Number.NaN })],
    ...(driver.capabilities.stop.gracePerCall
      ? [['gracePeriodSeconds', () => driver.stopContainer(id, { gracePeriodSeconds: -1 })] as const]
      : []),
  ];
}
