import type { Writable } from 'node:stream';
import { attachedStart } from '../driver-kit/attached-start.js';
import { collectLeftovers } from '../driver-kit/clean-ups.js';
import { unsupported } from '../driver-kit/unsupported.js';
import { CALL_OPTIONS } from '../driver-kit/validate/call-options.js';
import { functionOf, numberFrom } from '../driver-kit/validate/checks.js';
import { openingStdin } from '../driver-kit/validate/open-stdin.js';
import { type Refuse, refusal } from '../driver-kit/validate/refusal.js';
import { type Check, type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import { record } from '../driver-kit/validate/values.js';
import { ContainerError, detailsOf } from '../errors/container-error.js';
import { isError } from '../errors/is-error.js';
import type { Container, ContainerExit } from '../types/container.js';
import { DEPLOY_FIELDS, type DeployOptions } from '../types/deploy-options.js';
import type { ContainerDriver } from '../types/driver.js';
import type { ExecProcess } from '../types/exec.js';
import type { LogEntry } from '../types/logs.js';
import { Deadline } from './deadline.js';
import { followLog } from './follow-log.js';
import { untilAborted } from './pause.js';
import { hasNoAnswer, reconnecting } from './reconnect.js';
import { feedInput, type RunInput } from './run-input.js';
import { RunOutput } from './run-output.js';

/** What to run to its end. `timeoutMs` covers everything; there is none by default. */
export interface RunOptions extends Omit<DeployOptions, 'start' | 'restartPolicy' | 'idempotencyKey'> {
  /** Called once with the container, as soon as it exists; with a stream of yours it is not started yet. */
  readonly onContainer?: ((container: Container) => void) | undefined;
  /** Called with every line as it arrives. Where the lines come from the streams, they have no timestamp and no cursor. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** How much output to keep in the result, in characters; 16 Mi by default, 0 for none. */
  readonly maxOutput?: number | undefined;
  /**
   * What the command reads: a string, bytes, or an async iterable such as a `Readable`. The command sees the end of its input when this ends.
   *
   * `unsupported`, before any request, where `capabilities.run.stdin` is false. A command that stops reading is not an error; what is left of
   * the input is then not read, and a `Readable` is destroyed, as by leaving a `for await` loop.
   */
  readonly stdin?: RunInput | undefined;
  /**
   * Receives the standard output, no faster than the stream takes it; the result's `stdout` is then empty.
   *
   * Exact bytes where `capabilities.run.stdin`; elsewhere the lines of the log, each ended with a line feed. `run()` does not end the stream. Its error ends
   * the run: the container is removed, and `run()` rejects with that error.
   */
  readonly stdout?: Writable | undefined;
  /** Receives the standard error, as `stdout` does; nothing where the provider merges both or with a terminal. */
  readonly stderr?: Writable | undefined;
}

/** How a run ended. */
export interface RunResult {
  /** As it was at its end; it is removed by now. */
  readonly container: Container;
  readonly exit: ContainerExit;
  /** The exit code; `undefined` when the provider does not know it. */
  readonly exitCode: number | undefined;
  /** What it wrote, each line ended with a line feed; both streams where the provider merges them. Empty with a `stdout` of yours. */
  readonly stdout: string;
  /** Empty with a `stderr` of yours. */
  readonly stderr: string;
  /** Whether it wrote more than `maxOutput`. */
  readonly truncated: boolean;
}

const LEFT_OUT = ['restartPolicy', 'idempotencyKey'] satisfies Exclude<keyof DeployOptions, keyof RunOptions>[];
const DEPLOY_MEMBERS = ['name', 'image', 'providerOptions', ...DEPLOY_FIELDS].filter((name) => !LEFT_OUT.some((other) => other === name));

/** What a deploy takes is checked by the deploy, which comes first. */
const asGiven: Check<unknown> = (_refuse, _field, value) => value;

const runInput: Check<RunInput> = (refuse, field, value) => {
  const isInput =
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
  return isInput ? (value as RunInput) : refuse(field, 'a string, bytes, or an async iterable of them, such as a Readable', value);
};

const writable: Check<Writable> = (refuse, field, value) => {
  const { write, on, writable: isOpen } = record(refuse, field, value) as Partial<Writable>;
  if (typeof write !== 'function' || typeof on !== 'function') refuse(field, 'a Writable stream', value);
  return isOpen === false ? refuse(field, 'a Writable stream that is open') : (value as Writable);
};

const runOptions = shape({
  ...Object.fromEntries(DEPLOY_MEMBERS.map((name) => [name, asGiven])),
  ...({
    ...CALL_OPTIONS,
    onContainer: functionOf<NonNullable<RunOptions['onContainer']>>(),
    onLog: functionOf<NonNullable<RunOptions['onLog']>>(),
    maxOutput: numberFrom(0, Number.POSITIVE_INFINITY, ' characters'),
    stdin: runInput,
    stdout: writable,
    stderr: writable,
  } satisfies ChecksOf<Omit<RunOptions, Exclude<keyof DeployOptions, 'signal' | 'timeoutMs'>>>),
});

const DEFAULT_MAX_OUTPUT = 16 * 1024 * 1024;
const REMOVAL_TIMEOUT_MS = 30_000;
const REMOVAL_ATTEMPTS = 3;
/** How long a provider that still answers may take for the removal: one that removes hundreds of containers takes its time. */
const MAX_REMOVAL_MS = 600_000;

/**
 * Runs a container to its end and removes it: deploy, follow its output, wait, destroy.
 *
 * Without streams, a connection that is lost on the way is made again where the lost line was left. With `stdin`, `stdout` or `stderr` the
 * run is attached to the command where `capabilities.run.stdin`; a connection that is lost then ends it with `connection-lost`.
 *
 * Whatever fails, an abort and a deadline included, the call settles only when what it made is removed. When something cannot be removed, the call rejects with a
 * `ContainerError` that lists it by id, also after an abort; its `cause` is then what ended the run. Throws what deploy, logs,
 * wait and destroy throw, and what your callbacks and streams throw; once the container exists no error is `retryable`, because a second run would run the
 * command again. An exit code other than 0 is not an error.
 *
 * ```ts
 * const { exitCode, stdout } = await run(driver, { image: 'busybox', command: ['echo', 'hello'] });
 * await run(driver, { image: 'busybox', command: ['sort'], stdin: createReadStream('names.txt'), stdout: process.stdout });
 * ```
 */
export async function run(driver: ContainerDriver, options: RunOptions): Promise<RunResult> {
  const refuse = refusal(driver.provider, 'run');
  const checked = runOptions(refuse, '', options) as unknown as RunOptions;
  const {
    onContainer,
    onLog,
    maxOutput = DEFAULT_MAX_OUTPUT,
    stdin,
    stdout,
    stderr,
    timeoutMs,
    signal: callerSignal,
    ...deployOptions
  } = checked;
  if (stdin !== undefined && !driver.capabilities.run.stdin) throw unsupported(driver.provider, 'run', 'the option stdin');

  const isStreamed = stdin !== undefined || stdout !== undefined || stderr !== undefined;
  const startAttached = isStreamed ? attachedStart(driver) : undefined;
  const deadline = new Deadline(driver, 'run', { signal: callerSignal, timeoutMs }, false);
  const { signal } = deadline;
  const output = new RunOutput({ provider: driver.provider, stdout, stderr, onLog, maxOutput, fail: deadline.end });
  try {
    const deployed = { ...deployOptions, signal };
    const container = await deploy(
      driver,
      startAttached === undefined ? deployed : openingStdin({ ...deployed, start: !driver.capabilities.startLater }),
    );
    return await withContainer(driver, container, async () => {
      onContainer?.(container);
      if (startAttached === undefined)
        await untilAborted(
          signal,
          followLog(driver, container, signal, (entry) => output.entry(entry)),
        );
      else await passStreams(await startAttached(container, { signal }), stdin, output, refuse, deadline);
      const ended = await reconnecting(signal, () => driver.waitForContainer(container, { until: 'stopped', signal }));
      const exit = ended.exit ?? {};
      const { stdout: outText, stderr: errText, truncated } = output.collected;
      return { container: ended, exit, exitCode: exit.code, stdout: outText, stderr: errText, truncated };
    });
  } finally {
    deadline.release();
    output.release();
  }
}

/** Passes input and output until the output has ended. */
async function passStreams(
  process: ExecProcess,
  stdin: RunInput | undefined,
  output: RunOutput,
  refuse: Refuse,
  { signal, end }: Deadline,
): Promise<void> {
  // Input that fails ends the run; input that is left when the command has ended does not hold it up.
  feedInput(process.stdin, stdin ?? '', process.exit, refuse).catch(end);
  await untilAborted(signal, Promise.all([output.pipe('stdout', process.stdout), output.pipe('stderr', process.stderr), process.exit]));
}

/** Deploys; what a failed deploy could not remove is in the error. */
async function deploy(driver: ContainerDriver, options: DeployOptions & { readonly signal: AbortSignal }): Promise<Container> {
  const leftovers = collectLeftovers(driver, options.signal);
  try {
    return await driver.deployContainer(options);
  } catch (error) {
    const left = await leftovers();
    if (left.length > 0) throw leftBehind(driver, left, error);
    throw error;
  }
}

/** Does the work and then removes the container, whatever came of the work. */
async function withContainer<T>(driver: ContainerDriver, container: Container, work: () => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  let failure: { readonly error: unknown } | undefined;
  try {
    result = { value: await work() };
  } catch (error) {
    failure = { error };
  }
  try {
    await remove(driver, container);
  } catch (error) {
    throw leftBehind(driver, [`container ${container.name} (${container.id})`], failure?.error ?? error, error);
  }
  if (failure !== undefined) throw notRetryable(failure.error);
  if (result === undefined)
    throw new ContainerError('internal', 'run: ended without a result.', { provider: driver.provider, operation: 'run' });
  return result.value;
}

/** Not with the caller's signal: an abort is just when it must be removed. What fails for now is tried again. */
async function remove(driver: ContainerDriver, container: Container): Promise<void> {
  const endsAt = performance.now() + MAX_REMOVAL_MS;
  for (let failures = 0; ; ) {
    try {
      return await driver.destroyContainer(container, { timeoutMs: REMOVAL_TIMEOUT_MS });
    } catch (error) {
      if (!ContainerError.isInstance(error) || !error.retryable || hasNoAnswer(error) || performance.now() >= endsAt) throw error;
      const isBusy = error.code === 'timeout' && (await answers(driver));
      if (!isBusy && ++failures === REMOVAL_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** failures));
    }
  }
}

/** Whether the provider still answers, however slow it is. */
async function answers(driver: ContainerDriver): Promise<boolean> {
  return driver.ping({ timeoutMs: REMOVAL_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

/** The command has run, at least in part: a repetition would run it again. */
function notRetryable(error: unknown): unknown {
  if (!ContainerError.isInstance(error) || !error.retryable) return error;
  return new ContainerError(error.code, error.message, { ...detailsOf(error), retryable: false });
}

/** Something could not be removed: whatever else happened, its id must reach the caller. */
function leftBehind(driver: ContainerDriver, left: readonly string[], cause: unknown, removal?: unknown): ContainerError {
  const known = [removal, cause].find((error) => ContainerError.isInstance(error));
  const why = removal === undefined ? '' : `: ${messageOf(removal)}`;
  const before = cause === removal ? '' : ` That was after: ${messageOf(cause)}`;
  const message = `run: ${left.join(', ')} could not be removed${why}; remove it yourself.${before}`;
  return new ContainerError(known?.code ?? 'unavailable', message, {
    ...(known === undefined ? {} : detailsOf(known)),
    retryable: false,
    provider: driver.provider,
    operation: 'run',
    cause,
  });
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
