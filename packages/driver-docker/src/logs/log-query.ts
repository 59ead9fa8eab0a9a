import type { LogOptions } from '@cloud/container-core';
import type { WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { QueryParameters } from '../transport/query-string.js';
import type { LogCursor } from './log-cursor.js';
import { type Instant, unixSeconds } from './log-timestamp.js';

/**
 * Lines of stdout and stderr are stamped and stored by two writers, so that a line may stand before one with an earlier timestamp. So
 * much is read again before a cursor, to find it where it stands.
 */
export const RESUME_MARGIN_MS = 1000;

/** What to ask the engine for. `tail` is left out when lines are dropped on the way, and then counted here. */
export function logQuery(options: WithoutCallOptions<LogOptions>, cursor: LogCursor | undefined, timestamps: boolean): QueryParameters {
  const { follow, tail, since, until } = options;
  return {
    stdout: true,
    stderr: true,
    follow: follow === true,
    timestamps,
    tail: tail === undefined || cursor !== undefined ? 'all' : tail,
    since: beginning(since, cursor),
    until: until === undefined ? undefined : unixSeconds(instantOf(until)),
  };
}

function beginning(since: Date | undefined, cursor: LogCursor | undefined): string | undefined {
  const resume = cursor === undefined ? Number.NEGATIVE_INFINITY : cursor.instant.milliseconds - RESUME_MARGIN_MS;
  const from = Math.max(resume, since?.getTime() ?? Number.NEGATIVE_INFINITY);
  return from === Number.NEGATIVE_INFINITY ? undefined : unixSeconds({ milliseconds: Math.max(0, from), nanoseconds: 0 });
}

function instantOf(date: Date): Instant {
  return { milliseconds: date.getTime(), nanoseconds: 0 };
}
