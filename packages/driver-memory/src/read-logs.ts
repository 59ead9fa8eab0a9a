import { ContainerError, type LogOptions } from '@cloud/container-core';
import type { WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { LogRecord } from './engine/log-buffer.js';
import type { MemoryContainer } from './engine/memory-container.js';

/** The lines that were asked for, batch by batch; with `follow` until the container has ended or is destroyed. */
export async function* readLogs(
  container: MemoryContainer,
  options: WithoutCallOptions<LogOptions>,
  signal: AbortSignal,
): AsyncGenerator<readonly LogRecord[]> {
  const { logs } = container;
  const wanted = selection(options);
  let next = firstIndex(container, options);
  let lines = logs.from(next).filter(wanted);
  if (options.tail !== undefined) lines = options.tail === 0 ? [] : lines.slice(-options.tail);
  next = logs.length;
  for (;;) {
    if (lines.length > 0) yield lines;
    // What was written while the last batch was being consumed.
    if (logs.length === next) {
      const goesOn = options.follow === true && container.isLively && !hasPassed(options.until);
      if (!goesOn) return;
      await logs.changes.next(signal, options.until);
    }
    lines = logs.from(next).filter(wanted);
    next = logs.length;
  }
}

function firstIndex({ logs }: MemoryContainer, { after }: WithoutCallOptions<LogOptions>): number {
  if (after === undefined) return 0;
  if (/^\d{1,15}$/.test(after) && Number(after) < logs.length) return Number(after) + 1;
  throw new ContainerError('invalid-argument', 'after must be the cursor of a line of this container.');
}

function selection({ since, until }: WithoutCallOptions<LogOptions>): (line: LogRecord) => boolean {
  return ({ writtenAt }) => (since === undefined || writtenAt >= since.getTime()) && (until === undefined || writtenAt < until.getTime());
}

function hasPassed(until: Date | undefined): boolean {
  return until !== undefined && until.getTime() <= Date.now();
}
