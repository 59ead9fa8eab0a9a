import { idOf } from '../driver-kit/validate/names.js';
import { refusal } from '../driver-kit/validate/refusal.js';
import { ContainerError } from '../errors/container-error.js';
import type { CallOptions } from '../types/call-options.js';
import type { Container, ContainerRef } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import { Deadline } from './deadline.js';
import { pause } from './pause.js';
import { reconnecting } from './reconnect.js';

const FIRST_POLL_MS = 50;
const MAX_POLL_MS = 1000;
const LAST_LINES = 10;
const MAX_LINE_CHARACTERS = 500;
const LAST_LINES_TIMEOUT_MS = 5000;

/** What an attempt found: a result, or why there is none yet. */
export type Attempt<T> = { readonly value: T } | { readonly why: string };

/**
 * Repeats an attempt on a running container until it gives a result, with growing pauses of 50 ms to 1 s.
 *
 * Rejects as soon as the container has stopped, or when it was never started.
 */
export async function untilContainer<T>(
  driver: ContainerDriver,
  container: ContainerRef,
  operation: string,
  options: CallOptions,
  attempt: (container: Container, signal: AbortSignal) => Promise<Attempt<T>>,
): Promise<T> {
  const id = idOf(refusal(driver.provider, operation), 'container', container);
  options.signal?.throwIfAborted();
  let why = '';
  const deadline = new Deadline(driver, operation, options, true, () => (why === '' ? '' : ` (${why})`));
  const { signal } = deadline;
  try {
    for (let interval = FIRST_POLL_MS; ; interval = Math.min(interval * 2, MAX_POLL_MS)) {
      const current = await reconnecting(signal, () => driver.getContainer(id, { signal }));
      if (current.state === 'created') throw neverStarted(driver, current, operation);
      // An attempt on a container that has just stopped can still succeed: its log has all that it wrote.
      const isOver = current.state === 'stopped';
      const outcome =
        isOver || current.state === 'running' || current.state === 'stopping'
          ? await attempt(current, signal)
          : { why: `the container is ${current.state}` };
      if ('value' in outcome) return outcome.value;
      if (isOver) throw await stopped(driver, current, operation, signal);
      why = outcome.why;
      await pause(interval, signal);
    }
  } finally {
    deadline.release();
  }
}

function neverStarted({ provider }: ContainerDriver, { name }: Container, operation: string): ContainerError {
  return new ContainerError('precondition-failed', `${operation}: The container "${name}" was never started. Start it first.`, {
    provider,
    operation,
  });
}

async function stopped(driver: ContainerDriver, container: Container, operation: string, signal: AbortSignal): Promise<ContainerError> {
  const { name, exit } = container;
  const code = exit?.code === undefined ? '' : ` with exit code ${exit.code}`;
  const lines = await lastLines(driver, container, signal);
  const said = lines.length === 0 ? '' : ` Its last log lines:\n${lines.join('\n')}`;
  return new ContainerError('deployment-failed', `${operation}: The container "${name}" stopped${code}.${said}`, {
    provider: driver.provider,
    operation,
  });
}

/** What the container wrote last; empty when that cannot be read: why it stopped matters more. */
async function lastLines(driver: ContainerDriver, container: Container, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const { message } of driver.getContainerLogs(container, { tail: LAST_LINES, signal, timeoutMs: LAST_LINES_TIMEOUT_MS })) {
      lines.push(message.slice(0, MAX_LINE_CHARACTERS));
    }
  } catch {
    signal.throwIfAborted();
  }
  return lines;
}
