import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { rawOf } from '../../types/container.js';
import type { DeployCapabilities } from '../../types/deploy-capabilities.js';
import { DEPLOY_FIELDS, type DeployField, type DeployOptions } from '../../types/deploy-options.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, type ProgramStep, printProgram } from '../program.js';
import type { Row } from '../row.js';
import { pause, type RowContext } from '../row-context.js';

/** A right value for each field, to be accepted or refused. */
const VALUES: { readonly [Field in DeployField]: NonNullable<DeployOptions[Field]> } = {
  command: ['true'],
  entrypoint: ['true'],
  env: { KEY: 'value' },
  secrets: { TOKEN: 'some-secret' },
  ports: [{ containerPort: 8080 }],
  cpu: 0.25,
  memoryMiB: 512,
  labels: { key: 'value' },
  mounts: [{ type: 'tmpfs', target: '/tmp/mounted' }],
  restartPolicy: { condition: 'never' },
  healthCheck: { command: ['true'] },
  user: '1000',
  workingDirectory: '/tmp',
  stopTimeoutSeconds: 5,
  platform: 'linux/amd64',
  cluster: 'some-cluster',
  idempotencyKey: 'some-key',
  pullPolicy: 'missing',
  credentials: { username: 'somebody', password: 'conformance-password' },
};

/** Rows about each field: that it takes effect where `enforced`, and that it is refused where `unsupported`. */
export function deployFieldRows({ capabilities, secret }: ConformanceOptions): readonly Row[] {
  const refused = DEPLOY_FIELDS.filter((field) => capabilities.deploy[field].support === 'unsupported').map(refusedRow);
  const recorded = DEPLOY_FIELDS.filter((field) => capabilities.deploy[field].support === 'recorded').map(recordedRow);
  const isTestable = (field: DeployField) => field !== 'secrets' || secret !== undefined;
  const enforced = ENFORCED.filter(
    ({ field, row: { id } }) =>
      capabilities.deploy[field].support === 'enforced' && takesValueOf(id, capabilities.deploy) && isTestable(field),
  ).map(({ row }) => row);
  return [...enforced, ...recorded, ...refused];
}

/** Whether a provider takes the value with which a row tests a field that may be taken in part. */
function takesValueOf(row: string, { ports, mounts, restartPolicy, pullPolicy }: DeployCapabilities): boolean {
  if (ports.support !== 'unsupported' && row.startsWith('deploy.ports')) return ports.protocols.includes('tcp');
  if (mounts.support !== 'unsupported' && row === 'deploy.mounts') return mounts.types.includes('tmpfs');
  if (pullPolicy.support !== 'unsupported' && row === 'deploy.pullPolicy') return pullPolicy.values.includes('never');
  if (restartPolicy.support === 'unsupported' || !row.startsWith('deploy.restartPolicy')) return true;
  return restartPolicy.conditions.includes(row === 'deploy.restartPolicy' ? 'on-failure' : 'always');
}

function refusedRow(field: DeployField): Row {
  return {
    id: `deploy.${field}-refused`,
    promise: `the option ${field} is unsupported: the error names it, and nothing is deployed`,
    run: async (row) => {
      const { labels, ...options } = row.deployOptions(idleProgram());
      const given = { ...options, ...(field === 'labels' ? {} : { labels }), [field]: VALUES[field] };
      const error = await row.failure(row.driver.deployContainer(given), 'unsupported');
      row.expect(error.message.includes(field)).toBe(true);
      row.expect(await row.driver.listContainers({ name: options.name })).toEqual([]);
    },
  };
}

function recordedRow(field: DeployField): Row {
  return {
    id: `deploy.${field}-recorded`,
    promise: `the option ${field} is taken, though without effect`,
    run: async (row) => {
      const ended = await row.runToEnd(printProgram('ran\n'), { [field]: VALUES[field] });
      row.expect(ended.exit?.code).toBe(0);
    },
  };
}

interface EnforcedRow {
  readonly field: DeployField;
  readonly row: Row;
}

const enforced = (field: DeployField, promise: string, run: (row: RowContext) => Promise<void>, name = ''): EnforcedRow => ({
  field,
  row: { id: `deploy.${field}${name}`, promise, run },
});

/** What a program prints, given options. */
const printed = (
  field: DeployField,
  promise: string,
  steps: readonly ProgramStep[],
  more: Partial<DeployOptions>,
  lines: readonly string[],
) => enforced(field, promise, async (row) => row.expect(await row.linesOf(steps, more)).toEqual(lines));

function secretOf({ secret }: ConformanceOptions): NonNullable<ConformanceOptions['secret']> {
  if (secret === undefined) throw new Error('Give the suite a secret that the provider holds.');
  return secret;
}

async function listenPort({ options }: RowContext): Promise<number> {
  return (await options.listenPort?.()) ?? 8080;
}

const ODD_VALUE = `a "quoted" 'value' with $HOME, \\n, = and ü`;

const ENFORCED: readonly EnforcedRow[] = [
  enforced('command', 'the command reaches the program argument by argument', async (row) => {
    row.expect(await row.linesOf(printProgram(`${ODD_VALUE}\n`))).toEqual([ODD_VALUE]);
  }),
  enforced('entrypoint', 'the entry point stands before the command', async (row) => {
    const { entrypoint = [], command } = row.options.images.program(printProgram('entered\n', 3));
    const whole = [...entrypoint, ...command];
    const ended = await row.runToEnd([], { entrypoint: whole.slice(0, -1), command: whole.slice(-1) });
    row.expect(ended.exit?.code).toBe(3);
    row.expect(await row.lines(ended)).toEqual(['entered']);
  }),
  enforced('env', 'environment variables arrive as they are', async (row) => {
    const lines = await row.linesOf(
      [
        { do: 'print-env', name: 'ODD' },
        { do: 'print-env', name: 'PLAIN' },
      ],
      { env: { ODD: ODD_VALUE, PLAIN: 'plain', EMPTY: '' } },
    );
    row.expect(lines).toEqual([ODD_VALUE, 'plain']);
  }),
  enforced('secrets', 'a secret reaches the program as a variable, and its value is nowhere in the container', async (row) => {
    const { reference, value } = secretOf(row.options);
    const container = await row.runToEnd([{ do: 'print-env', name: 'TOKEN' }], { secrets: { TOKEN: reference } });
    row.expect(await row.lines(container)).toEqual([value]);
    row.expect(JSON.stringify([container, rawOf(container)]).includes(value)).toBe(false);
  }),
  enforced(
    'secrets',
    'a variable in env and in secrets is refused, and nothing is deployed',
    async (row) => {
      const { reference } = secretOf(row.options);
      const options = { ...row.deployOptions(idleProgram()), env: { TOKEN: 'x' }, secrets: { TOKEN: reference } };
      const error = await row.failure(row.driver.deployContainer(options), 'invalid-argument');
      row.expect(error.message.includes('secrets.TOKEN')).toBe(true);
      row.expect(await row.driver.listContainers({ name: options.name })).toEqual([]);
    },
    '-and-env',
  ),
  enforced('ports', 'a published port is an endpoint that answers, and free again after destroy', async (row) => {
    const port = await listenPort(row);
    const container = await row.deploy(
      [
        { do: 'on-stop', exitCode: 0 },
        { do: 'serve', port, reply: 'served\n' },
      ],
      { ports: [{ containerPort: port }] },
    );
    const running = await row.driver.waitForContainer(container, { until: 'running' });
    const endpoint = running.endpoints.find(({ containerPort }) => containerPort === port);
    if (endpoint === undefined) throw new Error(`${running.name} has no endpoint for its port ${port}.`);
    row.expect(endpoint.protocol).toBe('tcp');
    row.expect(['0.0.0.0', '::', '']).toEqual(['0.0.0.0', '::', ''].filter((wildcard) => wildcard !== endpoint.host));
    row.expect(Number.isInteger(endpoint.port) && endpoint.port > 0).toBe(true);
    const reached = row.options.reach?.(endpoint) ?? endpoint;
    const answer = () => answerOf(reached.host, reached.port);
    await row.eventually(async () => row.expect(await answer()).toBe('served\n'));
    await row.driver.destroyContainer(container);
    await row.eventually(async () => row.expect(await answer().catch(() => '')).toBe(''));
  }),
  enforced(
    'ports',
    'a port is published on this machine alone, unless an address is given',
    async (row) => {
      const containerPort = await listenPort(row);
      const container = await row.deploy([{ do: 'serve', port: containerPort, reply: 'served\n' }], { ports: [{ containerPort }] });
      const { endpoints } = await row.driver.waitForContainer(container, { until: 'running' });
      const here = endpoints.filter(({ host }) => /^(127\.|::1$|localhost$)/.test(host));
      const others = Object.values(networkInterfaces()).flatMap((addresses = []) =>
        addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
      );
      // Where an engine publishes for another machine, or in a network of its own, there is nothing to be reached from here.
      const reachable = row.options.reach === undefined ? here : [];
      for (const { port } of reachable) {
        // Of all loopback addresses the first is meant; Linux has more of them.
        for (const host of [...others, '127.0.0.2']) row.expect(await answerOf(host, port).catch(() => '')).toBe('');
      }
    },
    '-loopback',
  ),
  enforced('memoryMiB', 'a memory limit is taken', async (row) => {
    row.expect((await row.runToEnd([], { memoryMiB: VALUES.memoryMiB })).exit?.code).toBe(0);
  }),
  enforced('cpu', 'a share of the CPU is taken', async (row) => {
    row.expect((await row.runToEnd([], { cpu: VALUES.cpu })).exit?.code).toBe(0);
  }),
  enforced('labels', 'labels come back as they are, from deploy, get and list', async (row) => {
    const odd = { 'com.example/owner': 'a=b, "c" ü', empty: '' };
    const container = await row.deploy(idleProgram(), { labels: odd });
    row.expect(container.labels).toEqual({ ...row.labels, ...odd });
    row.expect((await row.driver.getContainer(container)).labels).toEqual({ ...row.labels, ...odd });
    await row.eventually(async () => row.expect((await row.listed())[0]?.labels).toEqual({ ...row.labels, ...odd }));
  }),
  enforced('mounts', 'a tmpfs can be written to, and is gone with the container', async (row) => {
    const lines = await row.linesOf(
      [
        { do: 'write-file', path: '/mounted/file', content: 'kept\n' },
        { do: 'print-file', path: '/mounted/file' },
      ],
      { mounts: [{ type: 'tmpfs', target: '/mounted' }] },
    );
    row.expect(lines).toEqual(['kept']);
  }),
  enforced('restartPolicy', 'on-failure runs a program again, so often and no more', async (row) => {
    const container = await row.deploy(printProgram('again\n', 1), { restartPolicy: { condition: 'on-failure', maxRetries: 2 } });
    await row.eventually(async () => {
      row.expect((await row.entries(container)).length).toBe(3);
      row.expect((await row.driver.getContainer(container)).state).toBe('stopped');
    });
    row.expect((await row.driver.getContainer(container)).exit?.code).toBe(1);
  }),
  enforced(
    'restartPolicy',
    'always runs a program again that ended well',
    async (row) => {
      const container = await row.deploy(printProgram('again\n', 0), { restartPolicy: { condition: 'always' } });
      await row.eventually(async () => row.expect((await row.entries(container)).length >= 2).toBe(true));
    },
    '-always',
  ),
  ...healthRows(),
  printed('user', 'the program runs as the user', [{ do: 'print-user' }], { user: '1234' }, ['1234']),
  printed('workingDirectory', 'the program runs in the directory', [{ do: 'print-working-directory' }], { workingDirectory: '/tmp' }, [
    '/tmp',
  ]),
  enforced('pullPolicy', '`never` does not pull: what is not there is image-pull', async (row) => {
    const { name } = row.deployOptions([]);
    const deploying = row.driver.deployContainer({ name, image: row.missingImage, pullPolicy: 'never' });
    await row.failure(deploying, 'image-pull');
    row.expect(await row.driver.listContainers({ name })).toEqual([]);
    row.expect(await row.linesOf(printProgram('here\n'), { pullPolicy: 'never' })).toEqual(['here']);
  }),
];

function healthRows(): readonly EnforcedRow[] {
  const check = (row: RowContext, code: number, says = '') => {
    const { entrypoint = [], command } = row.options.images.program([
      { do: 'write', content: says },
      { do: 'exit', code },
    ]);
    return { command: [...entrypoint, ...command], intervalSeconds: 1, timeoutSeconds: 5, retries: 1 };
  };
  return [
    enforced('healthCheck', 'a container whose check succeeds becomes healthy', async (row) => {
      const container = await row.deploy(idleProgram(), { healthCheck: check(row, 0) });
      const healthy = await row.driver.waitForContainer(container, { until: 'healthy' });
      row.expect(healthy.health).toBe('healthy');
    }),
    enforced(
      'healthCheck',
      'a container whose check fails becomes unhealthy, and is never reported healthy',
      async (row) => {
        const container = await row.deploy(idleProgram(), { healthCheck: check(row, 1) });
        await row.eventually(async () => row.expect((await row.driver.getContainer(container)).health).toBe('unhealthy'));
      },
      '-unhealthy',
    ),
    enforced(
      'healthCheck',
      'waiting for healthy fails when the container becomes unhealthy, with what the last check wrote where the provider reports it',
      async (row) => {
        const container = await row.deploy(idleProgram(), { healthCheck: check(row, 1, 'no database\n') });
        const waiting = row.driver.waitForContainer(container, { until: 'healthy', timeoutMs: 60_000 });
        const error = await row.failure(waiting, 'deployment-failed');
        row.expect(error.message).toMatch(/no database|does not report the output/);
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
        const again = row.driver.waitForContainer(container, { until: 'healthy', timeoutMs: 60_000 });
        await row.failure(row.promptly(again, 'The wait'), 'deployment-failed');
      },
      '-wait-unhealthy',
    ),
  ];
}

/** What a server says on its own; fails when it closes without a word, as a port does that nobody listens behind. */
async function answerOf(host: string, port: number): Promise<string> {
  const socket: Socket = connect({ host, port });
  socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
  let answer = '';
  try {
    for await (const chunk of socket) answer += String(chunk);
  } finally {
    socket.destroy();
    await pause(0);
  }
  return answer;
}
