import type { Container, ContainerReference, LogEntry, LogStream } from '@cloud/container-core';
import { ContainerError } from '@cloud/container-core';
import { createListing, type DefinedDriver } from '@cloud/container-core/driver-kit';

/** A way to cheat, and the row of the suite that must find it out. */
export interface Cheat {
  readonly does: string;
  readonly row: string;
  /** What is put in place of the honest driver's calls. */
  readonly with: (honest: DefinedDriver) => Partial<DefinedDriver>;
}

const idOf = (reference: ContainerReference) => (typeof reference === 'string' ? reference : reference.id);

/** A log stream with its lines changed. */
function changed(stream: LogStream, change: (lines: AsyncIterable<LogEntry>) => AsyncIterable<LogEntry>): LogStream {
  return { [Symbol.asyncIterator]: () => change(stream)[Symbol.asyncIterator](), bytes: () => stream.bytes() };
}

async function* filtered(lines: AsyncIterable<LogEntry>, keep: (line: LogEntry) => boolean): AsyncGenerator<LogEntry> {
  for await (const line of lines) if (keep(line)) yield line;
}

async function* mapped(lines: AsyncIterable<LogEntry>, map: (line: LogEntry) => LogEntry): AsyncGenerator<LogEntry> {
  for await (const line of lines) yield map(line);
}

const exitCode = (container: Container, code: number): Container => ({ ...container, exit: { ...container.exit, code } });

const never = new Promise<never>(() => undefined);

/** Calls whose failure is turned into the container that is there already. */
async function adopting(honest: DefinedDriver, options: Parameters<DefinedDriver['deployContainer']>[0]): Promise<Container> {
  try {
    return await honest.deployContainer(options);
  } catch (error) {
    const [existing] = await honest.listContainers({ labels: options.labels });
    if (existing === undefined) throw error;
    return existing;
  }
}

export const lifecycleCheats: readonly Cheat[] = [
  {
    does: 'calls an unknown exit code 0',
    row: 'wait.running',
    with: (honest) => ({
      waitForContainer: async (reference, options) => {
        const container = await honest.waitForContainer(reference, options);
        return exitCode(container, container.exit?.code ?? 0);
      },
    }),
  },
  {
    does: 'calls every exit code 0',
    row: 'wait.exit-code-137',
    with: (honest) => ({ waitForContainer: async (reference, options) => exitCode(await honest.waitForContainer(reference, options), 0) }),
  },
  {
    does: 'misses jobs that are over before it looks',
    row: 'wait.short-jobs',
    with: (honest) => ({
      waitForContainer: async (reference, options) => {
        const { state } = await honest.getContainer(reference);
        if (state === 'stopped')
          throw new ContainerError('timeout', 'It was never seen running.', { provider: 'memory', operation: 'waitForContainer' });
        return honest.waitForContainer(reference, options);
      },
    }),
  },
  {
    does: 'gives out the container that has the name',
    row: 'names.conflict',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'lets eight deploys of one name have the same container',
    row: 'names.eight-at-once',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'takes an idempotency key for enough, whatever the options',
    row: 'idempotency.other-options',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'takes no notice of idempotency keys',
    row: 'idempotency.at-once',
    with: (honest) => ({
      deployContainer: ({ idempotencyKey: _key, name, ...options }) =>
        honest.deployContainer({ ...options, name: `${name}-${Math.random().toString(36).slice(2)}` }),
    }),
  },
  {
    does: 'starts what it was told not to start',
    row: 'deploy.start-later',
    with: (honest) => ({ deployContainer: ({ start: _start, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'ignores an option that it does not support',
    row: 'deploy.mounts-refused',
    with: (honest) => ({ deployContainer: ({ mounts: _mounts, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'lets bad options pass',
    row: 'validation.deploy',
    with: (honest) => ({ deployContainer: ({ cpu: _cpu, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'says stopped before it is',
    row: 'stop.exit-code-143',
    with: (honest) => ({
      stopContainer: async (reference) => ({ ...(await honest.getContainer(reference)), state: 'stopped' }),
    }),
  },
  {
    does: 'kills at once instead of asking',
    row: 'stop.exit-code-0',
    with: (honest) => ({ stopContainer: (reference, options) => honest.stopContainer(reference, { ...options, gracePeriodSeconds: 0 }) }),
  },
  {
    does: 'makes a second container of one that is started again',
    row: 'start.stopped',
    with: (honest) => ({
      startContainer: async (reference) => {
        const { image, labels } = await honest.getContainer(reference);
        return honest.deployContainer({ image, labels });
      },
    }),
  },
  {
    does: 'only forgets what it should destroy',
    row: 'destroy.others',
    with: (honest) => {
      const hidden = new Set<string>();
      return {
        destroyContainer: async (reference) => void hidden.add(idOf(reference)),
        listContainers: (options) =>
          createListing(async function* () {
            yield (await honest.listContainers(options)).filter(({ id }) => !hidden.has(id));
          }),
      };
    },
  },
  {
    does: 'says that it has destroyed what it has only stopped',
    row: 'destroy.running',
    with: (honest) => ({ destroyContainer: async (reference) => void (await honest.stopContainer(reference)) }),
  },
  {
    does: 'fails when something is destroyed twice',
    row: 'destroy.twice',
    with: (honest) => ({
      destroyContainer: async (reference, options) => {
        await honest.getContainer(reference);
        await honest.destroyContainer(reference, options);
      },
    }),
  },
];

export const listCheats: readonly Cheat[] = [
  {
    does: 'lists the first page only',
    row: 'list.many',
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).slice(0, 10);
        }),
    }),
  },
  {
    does: 'lists the last of one page again on the next',
    row: 'list.many',
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          const all = await honest.listContainers(options);
          yield all.slice(0, 10);
          yield all.slice(9);
        }),
    }),
  },
  {
    does: 'lists what is destroyed',
    row: 'list.destroyed',
    with: (honest) => {
      const destroyed: Container[] = [];
      return {
        destroyContainer: async (reference, options) => {
          destroyed.push(await honest.getContainer(reference));
          await honest.destroyContainer(reference, options);
        },
        listContainers: (options) =>
          createListing(async function* () {
            yield [...(await honest.listContainers(options)), ...destroyed];
          }),
      };
    },
  },
  {
    does: 'leaves stopped ones out',
    row: 'list.stopped',
    with: (honest) => ({ listContainers: (options) => honest.listContainers({ states: ['created', 'pending', 'running'], ...options }) }),
  },
  {
    does: 'takes a part of the name for the name',
    row: 'list.filters',
    with: (honest) => ({
      listContainers: ({ name, ...options } = {}) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).filter((container) => name === undefined || container.name.startsWith(name));
        }),
    }),
  },
  {
    does: 'asks before the listing is used',
    row: 'list.twice',
    with: (honest) => ({
      listContainers: (options) => {
        const asked = Promise.resolve(honest.listContainers(options));
        return createListing(async function* () {
          yield await asked;
        });
      },
    }),
  },
];

export const logCheats: readonly Cheat[] = [
  {
    does: 'drops empty lines though it says that they survive',
    row: 'logs.empty-lines',
    with: (honest) => ({
      containerLogs: (...call) => changed(honest.containerLogs(...call), (lines) => filtered(lines, ({ message }) => message !== '')),
    }),
  },
  {
    does: 'never ends when it follows',
    row: 'logs.follow-ends',
    with: (honest) => ({
      containerLogs: (reference, options) =>
        changed(honest.containerLogs(reference, options), async function* (lines) {
          yield* lines;
          if (options?.follow === true) await never;
        }),
    }),
  },
  {
    does: 'reads characters byte by byte',
    row: 'logs.multi-byte',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) =>
          mapped(lines, (line) => ({ ...line, message: Buffer.from(line.message).toString('latin1') })),
        ),
    }),
  },
  {
    does: 'calls everything stdout',
    row: 'logs.streams',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) => mapped(lines, (line) => ({ ...line, stream: 'stdout' }))),
    }),
  },
  {
    does: 'gives the last line again after its cursor',
    row: 'logs.after',
    with: (honest) => ({
      containerLogs: (reference, options = {}) =>
        honest.containerLogs(reference, {
          ...options,
          ...(options.after === undefined ? {} : { after: String(Math.max(0, Number(options.after) - 1)) }),
        }),
    }),
  },
  {
    does: 'takes no notice of tail',
    row: 'logs.tail',
    with: (honest) => ({ containerLogs: (reference, { tail: _tail, ...options } = {}) => honest.containerLogs(reference, options) }),
  },
  {
    does: 'loses what came while it followed',
    row: 'logs.follow-ends',
    with: (honest) => ({ containerLogs: (reference, options) => honest.containerLogs(reference, { ...options, follow: false }) }),
  },
  {
    does: 'cuts long lines without a word',
    row: 'logs.long-line',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) => mapped(lines, (line) => ({ ...line, message: line.message.slice(0, 65_536) }))),
    }),
  },
  {
    does: 'makes text of bytes',
    row: 'logs.bytes-not-text',
    with: (honest) => ({
      containerLogs: (...call) => {
        const stream = honest.containerLogs(...call);
        return {
          [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
          bytes: async function* () {
            for await (const chunk of stream.bytes()) yield Buffer.from(Buffer.from(chunk).toString('utf8'));
          },
        };
      },
    }),
  },
];

export const errorCheats: readonly Cheat[] = [
  {
    does: 'throws errors of its own kind',
    row: 'get.miss',
    with: (honest) => ({
      getContainer: (reference, options) =>
        honest.getContainer(reference, options).catch((error: unknown) => {
          throw new Error('404', { cause: error });
        }),
    }),
  },
  {
    does: 'shows the password in an error',
    row: 'errors.credentials-of-deploy',
    with: (honest) => ({
      deployContainer: (options) =>
        honest.deployContainer(options).catch((error: unknown) => {
          throw new ContainerError('image-pull', `Login as ${options.credentials?.password} failed.`, {
            provider: 'memory',
            operation: 'deployContainer',
            cause: error,
          });
        }),
    }),
  },
  {
    does: 'hides the password deep in a field of an error',
    row: 'errors.credentials-of-install',
    with: (honest) => ({
      installImage: (image, options) =>
        honest.installImage(image, options).catch((error: unknown) => {
          const leaking = new ContainerError('image-pull', 'The login failed.', {
            provider: 'memory',
            operation: 'installImage',
            cause: error,
          });
          throw Object.defineProperty(leaking, 'request', { value: { headers: { auth: { ...options?.credentials } } }, enumerable: false });
        }),
    }),
  },
  {
    does: 'hangs on after an abort',
    row: 'abort.wait',
    with: (honest) => ({ waitForContainer: (reference, { until }) => honest.waitForContainer(reference, { until }) }),
  },
  {
    does: 'follows on after an abort',
    row: 'abort.follow',
    with: (honest) => ({ containerLogs: (reference, { signal: _signal, ...options } = {}) => honest.containerLogs(reference, options) }),
  },
  {
    does: 'rejects an abort with an error of its own',
    row: 'abort.reason',
    with: (honest) => ({
      waitForContainer: (reference, options) =>
        honest.waitForContainer(reference, options).catch(() => {
          throw new DOMException('Aborted', 'AbortError');
        }),
    }),
  },
  {
    does: 'leaves the container of an aborted deploy behind',
    row: 'abort.deploy',
    with: (honest) => ({
      deployContainer: async ({ signal, ...options }) => {
        signal?.throwIfAborted();
        const container = await honest.deployContainer(options);
        signal?.throwIfAborted();
        return container;
      },
    }),
  },
  {
    does: 'takes no notice of deadlines',
    row: 'wait.deadline',
    with: (honest) => ({
      waitForContainer: (reference, { timeoutMs: _deadline, ...options }) => honest.waitForContainer(reference, options),
    }),
  },
  {
    does: 'goes on after close()',
    row: 'connection.closed',
    with: () => ({ close: async () => undefined }),
  },
  {
    does: 'declares what it does not do',
    row: 'connection.declaration',
    with: (honest) => ({ capabilities: { ...honest.capabilities, uniqueNames: false } }),
  },
  {
    does: 'carries out nothing and says nothing where it has no such call',
    row: 'unsupported.pause',
    with: (honest) => ({ pauseContainer: (reference) => honest.getContainer(reference) }),
  },
];

export const execCheats: readonly Cheat[] = [
  {
    does: 'calls every exit code of an exec 0',
    row: 'exec.exit-code-42',
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        return { ...process, exit: process.exit.then(() => ({ code: 0 })) };
      },
    }),
  },
  {
    does: 'settles on the exit code before the output',
    row: 'exec.output',
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        process.stdout.destroy();
        return process;
      },
    }),
  },
  {
    does: 'never ends the stdin of a command that has none',
    row: 'exec.no-stdin',
    with: (honest) => ({
      execContainer: (reference, command, options) => honest.execContainer(reference, command, { ...options, stdin: true }),
    }),
  },
  {
    does: 'hangs on after an exec is aborted',
    row: 'exec.abort',
    with: (honest) => ({
      execContainer: (reference, command, { signal: _signal, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
];
