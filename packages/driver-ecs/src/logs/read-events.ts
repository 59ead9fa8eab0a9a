import type { GetLogEventsCommandOutput, OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session/session.js';
import type { CursorCounter } from './log-cursor.js';
import type { LogSource } from './log-source.js';

/** GetLogEvents gives at most so many, or 1 MB. */
const MAX_EVENTS = 10_000;
/**
 * After so many pages without events in a row the stream counts as read. CloudWatch may give a new token with every empty page, for ever
 * (github.com/boto/boto3/issues/4472).
 */
const MAX_EMPTY_PAGES = 100;
/** The same for a reader that comes back later and continues from there. */
const EMPTY_PAGES_BEFORE_PAUSE = 5;

export interface EventRange {
  readonly startTime?: number;
  readonly endTime?: number;
}

/**
 * Reads a log stream forward, from its beginning to wherever its end is at the moment; call it again for what has come since.
 *
 * The end is where CloudWatch gives the same token back; a page without events is not the end. A token ends after 24 hours: a stream
 * that was quiet for so long, or a reader that was, goes on without one from the time of the last line. Many empty pages in a row are the end
 * as well.
 */
export class EventReader {
  readonly #session: EcsSession;
  readonly #source: LogSource;
  readonly #counter: CursorCounter;
  #range: EventRange;
  #token: string | undefined;

  constructor(session: EcsSession, source: LogSource, range: EventRange, counter: CursorCounter, token?: string) {
    this.#session = session;
    this.#source = source;
    this.#range = range;
    this.#counter = counter;
    this.#token = token;
  }

  /** @param isLast false when the reader is called again: it then stops sooner at empty pages */
  async *read(context: RequestContext, isLast = true): AsyncGenerator<readonly OutputLogEvent[]> {
    const maxEmpty = isLast ? MAX_EMPTY_PAGES : EMPTY_PAGES_BEFORE_PAUSE;
    for (let empty = 0; empty < maxEmpty; ) {
      const page = await this.#page(context);
      const { events = [], nextForwardToken } = page;
      if (events.length > 0) yield events;
      empty = events.length > 0 ? 0 : empty + 1;
      const ended = nextForwardToken === undefined || nextForwardToken === this.#token;
      this.#token = nextForwardToken ?? this.#token;
      if (ended) return;
    }
  }

  async #page(context: RequestContext): Promise<GetLogEventsCommandOutput> {
    const { region, ...stream } = this.#source;
    const ask = (nextToken: string | undefined) => {
      const input = {
        ...stream,
        ...this.#range,
        startFromHead: true,
        limit: MAX_EVENTS,
        ...(nextToken === undefined ? {} : { nextToken }),
      };
      return this.#session.aws.logs('getLogEvents', input, context, region);
    };
    try {
      return await ask(this.#token);
    } catch (error) {
      if (this.#token === undefined || !hasTokenEnded(error)) throw error;
    }
    this.#token = undefined;
    const startTime = this.#counter.rewind();
    if (startTime !== undefined) this.#range = { ...this.#range, startTime };
    return ask(undefined);
  }
}

/** "The specified nextToken is invalid.", or expired. */
function hasTokenEnded(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidParameterException' && /token/i.test(error.message);
}

/** So many lines before the tail are read with it, in the hope that one of them is of an earlier millisecond. */
const BEFORE_TAIL = 100;

/** More lines of one millisecond are not read: the cursor of the first line of the tail is inexact then. */
const MAX_LINES_BEFORE_TAIL = 100_000;

/** The last events of a stream, oldest first. */
export interface Tail {
  /** Come before the tail. */
  readonly before: readonly OutputLogEvent[];
  readonly events: readonly OutputLogEvent[];
  /** With which to go on after them. */
  readonly token?: string;
}

/**
 * Reads the last lines, and backward until a line of an earlier millisecond than the first of them: cursors count the lines of a
 * millisecond, all of which must have been seen for that.
 */
export async function readTail(
  session: EcsSession,
  { region, ...stream }: LogSource,
  range: EventRange,
  lines: number,
  context: RequestContext,
): Promise<Tail> {
  const wanted = lines + BEFORE_TAIL;
  let events: OutputLogEvent[] = [];
  let forward: string | undefined;
  let backward: string | undefined;
  for (let empty = 0; empty < MAX_EMPTY_PAGES; ) {
    const page = await session.aws.logs(
      'getLogEvents',
      {
        ...stream,
        ...range,
        startFromHead: false,
        limit: Math.min(Math.max(wanted - events.length, BEFORE_TAIL), MAX_EVENTS),
        ...(backward === undefined ? {} : { nextToken: backward }),
      },
      context,
      region,
    );
    forward ??= page.nextForwardToken;
    events = [...(page.events ?? []), ...events];
    empty = (page.events ?? []).length > 0 ? 0 : empty + 1;
    const ended = page.nextBackwardToken === undefined || page.nextBackwardToken === backward;
    backward = page.nextBackwardToken;
    if (
      ended ||
      events.length >= wanted + MAX_LINES_BEFORE_TAIL ||
      (events.length >= wanted && events[0]?.timestamp !== events.at(-Math.max(lines, 1))?.timestamp)
    )
      break;
  }
  const begin = Math.max(0, events.length - lines);
  return { before: events.slice(0, begin), events: events.slice(begin), ...(forward === undefined ? {} : { token: forward }) };
}

/** The stream, or its group, is not there (yet). */
export function isNoStream(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}
