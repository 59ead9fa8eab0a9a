import { collectLeftovers } from '../driver-kit/clean-ups.js';
import { CALL_OPTIONS } from '../driver-kit/validate/call-options.js';
import { functionOf, numberFrom } from '../driver-kit/validate/checks.js';
import { refusal } from '../driver-kit/validate/refusal.js';
import { type Check, type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import { ContainerError, detailsOf } from '../errors/container-error.js';
import { isError } from '../errors/is-error.js';
import type { Container, ContainerExit } from '../types/container.js';
import { DEPLOY_FIELDS, type DeployOptions } from '../types/deploy-options.js';
import type { ContainerDriver } from '../types/driver.js';
import type { LogEntry } from '../types/logs.js';
import { CollectedOutput } from './collected-output.js';

/** What to run to its end. `timeoutMs` covers everything; there is none by default. */
export interface RunOptions extends Omit<DeployOptions, 'start' | 'restartPolicy' | 'idempotencyKey'> {
  /** Called once with the container, as soon as there is one. */
  readonly onContainer?: ((container: Container) => void) | undefined;
  /** Called with every line as it comes. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** How much output to keep in the result, in characters; 16 Mi by default, 0 for none. */
  readonly maxOutput?: number | undefined;
}

/** How a run ended. */
export interface RunResult {
  /** As it was at its end; it is gone by now. */
  readonly container: Container;
  readonly exit: ContainerExit;
  /** The exit code; `undefined` when the provider does not know it. */
  readonly exitCode: number | undefined;
  /** What it wrote, each line ended with a line feed; both streams where the provider merges them. */
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it wrote more than `maxOutput`. */
  readonly truncated: boolean;
}

const LEFT_OUT = ['restartPolicy', 'idempotencyKey'] satisfies Exclude<keyof DeployOptions, keyof RunOptions>[];
const DEPLOY_MEMBERS = ['name', 'image', 'providerOptions', ...DEPLOY_FIELDS].filter((name) => !LEFT_OUT.some((other) => other === name));

/** What a deploy takes is checked by the deploy, which comes first. */
const asGiven: Check<unknown> = (_refuse, _field, value) => value;

const runOptions = shape({
  ...Object.fromEntries(DEPLOY_MEMBERS.map((name) => [name, asGiven])),
  ...({
    ...CALL_OPTIONS,
    onContainer: functionOf<NonNullable<RunOptions['onContainer']>>(),
    onLog: functionOf<NonNullable<RunOptions['onLog']>>(),
    maxOutput: numberFrom(0, Number.POSITIVE_INFINITY, ' characters'),
  } satisfies ChecksOf<Omit<RunOptions, Exclude<keyof DeployOptions, 'signal' | 'timeoutMs'>>>),
});

const DEFAULT_MAXIMUM_OUTPUT = 16 * 1024 * 1024;
const REMOVAL_TIMEOUT_MS = 30_000;
const REMOVAL_ATTEMPTS = 3;
/** How long a provider that still answers may take for the removal: one that removes hundreds of containers takes its time. */
const MAX_REMOVAL_MS = 600_000;
const MAX_RECONNECTS = 5;

/**
 * Runs a container to its end and removes it: deploy, follow its output, wait, destroy.
 *
 * A connection that is lost on the way is made again where the lost line was left. Whatever fails, an abort and a deadline
 * included, the call settles only when what it made is removed. When something cannot be removed, the call rejects with a
 * `ContainerError` that lists it by id, also after an abort; its `cause` is then what ended the run. Throws what deploy, logs,
 * wait and destroy throw; once the container exists no error is `retryable`, because a second run would run the command again. An
 * exit code other than 0 is not an error.
 *
 * ```ts
 * const { exitCode, stdout } = await run(driver, { image: 'busybox', command: ['echo', 'hello'] });
 * ```
 */
export async function run(driver: ContainerDriver, options: RunOptions): Promise<RunResult> {
  const refuse = refusal(driver.provider, 'run');
  const checked = runOptions(refuse, '', options) as unknown as RunOptions;
  const { onContainer, onLog, maxOutput = DEFAULT_MAXIMUM_OUTPUT, timeoutMs, signal: callerSignal, ...deployOptions } = checked;
  const deadline = new AbortController();
  const timer =
    timeoutMs === undefined || timeoutMs > 2_147_483_647
      ? undefined
      : setTimeout(() => deadline.abort(timedOut(driver, timeoutMs)), timeoutMs);
  const signal = callerSignal === undefined ? deadline.signal : AbortSignal.any([callerSignal, deadline.signal]);
  try {
    const container = await deploy(driver, { ...deployOptions, signal });
    return await whileItLives(driver, container, async () => {
      onContainer?.(container);
      const output = new CollectedOutput(maxOutput);
      await followLogs(driver, container, signal, (entry) => {
        output.add(entry);
        onLog?.(entry);
      });
      const ended = await reconnecting(signal, () => driver.waitForContainer(container, { until: 'stopped', signal }));
      const exit = ended.exit ?? {};
      return { container: ended, exit, exitCode: exit.code, stdout: output.stdout, stderr: output.stderr, truncated: output.truncated };
    });
  } finally {
    clearTimeout(timer);
  }
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
async function whileItLives<T>(driver: ContainerDriver, container: Container, work: () => Promise<T>): Promise<T> {
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

async function followLogs(
  driver: ContainerDriver,
  container: Container,
  signal: AbortSignal,
  onLog: (entry: LogEntry) => void,
): Promise<void> {
  let after: string | undefined;
  let sawWithoutCursor = false;
  await reconnecting(
    signal,
    async () => {
      for await (const entry of driver.getContainerLogs(container, { follow: true, signal, ...(after === undefined ? {} : { after }) })) {
        after = entry.cursor;
        sawWithoutCursor = entry.cursor === undefined;
        onLog(entry);
      }
    },
    // Without a cursor a second read would repeat lines.
    () => !sawWithoutCursor,
  );
}

/** Does something again when the connection breaks, a few times, with growing pauses. */
async function reconnecting<T>(signal: AbortSignal, work: () => Promise<T>, mayRepeat: () => boolean = () => true): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const lost = ContainerError.isInstance(error) && (error.code === 'connection-lost' || error.code === 'unavailable');
      if (!lost || !error.retryable || hasNoAnswer(error) || !mayRepeat() || attempt >= MAX_RECONNECTS || signal.aborted) throw error;
      await pause(200 * 2 ** attempt, signal);
    }
  }
}

/** Whether the provider's host did not answer for so long that it is taken for lost: to try again would take as long. */
function hasNoAnswer({ vendorCode }: ContainerError): boolean {
  return vendorCode === 'ETIMEDOUT';
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    // Node's own AbortError stands in for the caller's reason.
    throw signal.reason;
  }
}

function timedOut(driver: ContainerDriver, timeoutMs: number): ContainerError {
  return new ContainerError('timeout', `run did not finish within ${timeoutMs} ms.`, {
    retryable: false,
    provider: driver.provider,
    operation: 'run',
  });
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
