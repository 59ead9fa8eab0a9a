import { CALL_OPTIONS } from '../driver-kit/validate/call-options.js';
import { integerFrom, oneOfThese } from '../driver-kit/validate/checks.js';
import { type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import type { CallOptions } from '../types/call-options.js';
import type { ContainerRef } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import type { LogEntry } from '../types/logs.js';
import { followLog } from './follow-log.js';
import { helperOptions } from './helper-options.js';
import { type Attempt, untilContainer } from './until-container.js';

/** Which line to wait for. */
export interface WaitForLogOptions extends CallOptions {
  /** How many lines must match; the last of them is returned. 1 by default. */
  readonly times?: number | undefined;
  /** Only lines of this stream; either by default. Merged output is both. */
  readonly stream?: 'stdout' | 'stderr' | undefined;
}

const logOptions = shape({
  times: integerFrom(1),
  stream: oneOfThese('stdout', 'stderr'),
  ...CALL_OPTIONS,
} satisfies ChecksOf<WaitForLogOptions>);

/**
 * Waits until a line of a container's log contains a string or matches a regular expression, and returns the line.
 *
 * A line that was written before the call counts. `timeoutMs` has no default. Codes: `deployment-failed` when the container stops
 * without such a line (with exit code and last log lines), `precondition-failed` when it was never started, `timeout`.
 *
 * ```ts
 * await waitForLog(driver, container, /ready to accept connections/, { times: 2, timeoutMs: 60_000 });
 * ```
 */
export async function waitForLog(
  driver: ContainerDriver,
  container: ContainerRef,
  pattern: string | RegExp,
  options: WaitForLogOptions = {},
): Promise<LogEntry> {
  const { refuse, given } = helperOptions(driver, 'waitForLog', logOptions, options);
  const { times = 1, stream } = given;
  if (!(typeof pattern === 'string' && pattern !== '') && !(pattern instanceof RegExp)) {
    refuse('pattern', 'a string that is not empty, or a regular expression', pattern);
  }
  // With these flags a regular expression remembers where it matched last.
  const expression = pattern instanceof RegExp ? new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')) : undefined;
  const isMatch = ({ message, stream: from }: LogEntry) =>
    (stream === undefined || from === 'merged' || from === stream) && (expression?.test(message) ?? message.includes(String(pattern)));

  let matches = 0;
  let after: string | undefined;
  return untilContainer(driver, container, 'waitForLog', given, async (current, signal): Promise<Attempt<LogEntry>> => {
    let found: LogEntry | undefined;
    // Without a cursor the log is read from its beginning again.
    if (after === undefined) matches = 0;
    const take = (entry: LogEntry) => {
      after = entry.cursor;
      if (isMatch(entry)) matches += 1;
      if (matches < times) return undefined;
      found = entry;
      return false;
    };
    await followLog(driver, current, signal, take, after);
    return found === undefined ? { why: `${matches} of ${times} matching lines` } : { value: found };
  });
}
