import { flag, integer, required, type Shape, shape, text } from '../wire/checks.js';
import { type Operation, operation } from '../wire/operation.js';
import { invalidParameter } from '../wire/service-error.js';
import { before, behind, type Cursor, END, indexOf, readCursor, START, writeCursor } from './cursor.js';
import { groupOf } from './group-reference.js';
import type { LogEvent, LogStore } from './log-store.js';

const MAX_EVENTS = 10_000;
const PAGE_BYTES = 1024 * 1024;
/** What CloudWatch Logs counts for an event besides its message. */
const EVENT_OVERHEAD = 26;

const fields = {
  logGroupName: text,
  logGroupIdentifier: text,
  logStreamName: required(text),
  startTime: integer,
  endTime: integer,
  nextToken: text,
  limit: integer,
  startFromHead: flag,
  unmask: flag,
} as const;

/** Pages of up to 10,000 events or 1 MB; at either end of the stream the token that was sent comes back. */
export function getLogEvents(logs: LogStore): Operation {
  return operation(shape(fields), (input) => {
    const stream = logs.requireStream(groupOf(logs, input), input.logStreamName);
    const events = stream.events.filter(
      ({ timestamp }) => timestamp >= (input.startTime ?? 0) && timestamp < (input.endTime ?? Number.POSITIVE_INFINITY),
    );
    const cursor = startOf(logs, input);
    const limit = input.limit ?? MAX_EVENTS;
    if (limit < 1 || limit > MAX_EVENTS) throw invalidParameter(`limit must be between 1 and ${MAX_EVENTS}.`);
    const at = indexOf(events, cursor);
    const page = cursor.direction === 'f' ? forwards(events, at, limit) : backwards(events, at, limit);
    if (page.length > 0 && cursor.direction === 'f' && logs.knobs.emptyPages > 0) {
      logs.knobs.emptyPages -= 1;
      return tokens(logs, [], { ...cursor, pause: cursor.pause + 1 }, { ...cursor, direction: 'b' });
    }
    const [first] = page;
    const last = page.at(-1);
    const forward = last === undefined ? { ...cursor, direction: 'f' as const } : behind(last);
    return tokens(logs, page, forward, first === undefined ? { ...cursor, direction: 'b' } : before(first));
  });
}

function startOf(logs: LogStore, input: Shape<typeof fields>): Cursor {
  if (input.nextToken === undefined) return input.startFromHead === true ? START : END;
  const cursor = readCursor(input.nextToken);
  logs.takeToken(input.nextToken);
  if (cursor.direction === 'f' && input.startFromHead !== true) {
    throw invalidParameter('With a nextForwardToken startFromHead must be true.');
  }
  return cursor;
}

function forwards(events: readonly LogEvent[], start: number, limit: number): LogEvent[] {
  let bytes = 0;
  const page: LogEvent[] = [];
  for (let index = start; index < events.length && page.length < limit; index += 1) {
    const event = events[index];
    if (event === undefined) break;
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push(event);
  }
  return page;
}

const backwards = (events: readonly LogEvent[], end: number, limit: number) =>
  forwards(events.slice(Math.max(0, end - limit), end).reverse(), 0, limit).reverse();

const tokens = (logs: LogStore, page: readonly LogEvent[], forward: Cursor, backward: Cursor) => ({
  events: page.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
  nextForwardToken: logs.giveToken(writeCursor(forward)),
  nextBackwardToken: logs.giveToken(writeCursor(backward)),
});
