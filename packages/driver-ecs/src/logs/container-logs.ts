import type { OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { ContainerError, type LogEntry, type LogOptions } from '@cloud/container-core';
import type { OperationContext, WithoutCallOptions } from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import type { EcsSession } from '../session/session.js';
import { hasRun } from '../tasks/map-exit.js';
import { addressOf, type FoundContainer, findContainer, findTaskIncludingDestroyed } from '../tasks/read-task.js';
import { CursorCounter, readCursor, writeCursor } from './log-cursor.js';
import { type LogSource, logSource } from './log-source.js';
import { type EventRange, EventReader, isNoStream, readTail } from './read-events.js';

type Request = WithoutCallOptions<LogOptions>;

/** A stopped container is asked after so often while its lines are followed. */
const STATE_EVERY_MS = 2000;

/**
 * The lines of a container: what is there, then, with `follow`, what comes, until the container has ended and its stream is drained.
 *
 * The stream appears with the first line; a container without a stream has written nothing.
 */
export async function* logEntries(
  session: EcsSession,
  id: string,
  request: Request,
  context: OperationContext,
): AsyncGenerator<readonly LogEntry[]> {
  const counter = new CursorCounter(request.after === undefined ? undefined : readCursor(request.after));
  const found = await findContainer(session, id, context);
  const source = logSource(found, await session.aws.region());
  const range = rangeOf(request);
  const reading = { session, source, range, tail: request.tail, counter, context };
  for await (const page of request.follow === true ? follow(reading, found) : backfill(reading)) {
    const entries = page.flatMap((event) => entryOf(event, counter));
    if (entries.length > 0) yield entries;
  }
}

/** The lines as bytes, each ended by a line feed: CloudWatch keeps lines, not bytes. */
export async function* logBytes(session: EcsSession, id: string, request: Request, context: OperationContext): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const entries of logEntries(session, id, request, context)) {
    yield encoder.encode(entries.map(({ message }) => `${message}\n`).join(''));
  }
}

function rangeOf({ since, until, after }: Request): EventRange {
  const start = Math.max(since?.getTime() ?? 0, after === undefined ? 0 : readCursor(after).timestamp);
  return {
    ...(start === 0 ? {} : { startTime: start }),
    ...(until === undefined ? {} : { endTime: until.getTime() }),
  };
}

function entryOf({ timestamp = 0, message = '' }: OutputLogEvent, counter: CursorCounter): LogEntry[] {
  const position = counter.next(timestamp);
  if (position === undefined) return [];
  return [
    {
      stream: 'merged',
      timestamp: new Date(timestamp).toISOString(),
      message: message.replace(/\r?\n$/, ''),
      cursor: writeCursor(position),
    },
  ];
}

/** One reading of a stream. */
interface Reading {
  readonly session: EcsSession;
  readonly source: LogSource;
  readonly range: EventRange;
  readonly tail: number | undefined;
  readonly counter: CursorCounter;
  readonly context: OperationContext;
}

async function tailOf({ session, source, range, tail, counter, context }: Reading) {
  const last = await readTail(session, source, range, tail ?? 0, context);
  for (const { timestamp = 0 } of last.before) counter.next(timestamp);
  return last;
}

/** What is in the stream now. */
async function* backfill(reading: Reading): AsyncGenerator<readonly OutputLogEvent[]> {
  const { session, source, range, tail, counter, context } = reading;
  try {
    if (tail === undefined) yield* new EventReader(session, source, range, counter).read(context);
    else yield (await tailOf(reading)).events;
  } catch (error) {
    if (!isNoStream(error)) throw error;
  }
}

async function* follow(reading: Reading, found: FoundContainer): AsyncGenerator<readonly OutputLogEvent[]> {
  const { session, source, range, tail, counter, context } = reading;
  const backoff = new Backoff(session.pollInterval);
  const watch = new StateWatch(session, found);
  let reader = tail === undefined ? new EventReader(session, source, range, counter) : undefined;
  for (;;) {
    // The state is read before the stream: what was written before the end is then seen after it.
    const drained = await watch.isDrained(context);
    try {
      if (reader === undefined) {
        const last = await tailOf(reading);
        reader = new EventReader(session, source, range, counter, last.token);
        if (last.events.length > 0) yield last.events;
      }
      for await (const events of reader.read(context, drained)) {
        backoff.reset();
        watch.moved();
        yield events;
      }
    } catch (error) {
      if (!isNoStream(error)) throw error;
    }
    if (drained || (range.endTime !== undefined && Date.now() > range.endTime + session.drainMs)) return;
    await backoff.pause(context.signal);
  }
}

/** Knows when a container has ended and its last lines have had the time to arrive. */
class StateWatch {
  readonly #session: EcsSession;
  readonly #id: string;
  #stopped: boolean;
  #quietSince = Date.now();
  #asked = 0;
  #hasRun = true;

  constructor(session: EcsSession, { container, task, member }: FoundContainer) {
    this.#session = session;
    this.#id = container.id;
    this.#stopped = container.state === 'stopped';
    this.#hasRun = hasRun(task, member.container);
    // Lines of long ago have arrived.
    if (this.#stopped && container.finishedAt !== undefined) this.#quietSince = container.finishedAt.getTime();
  }

  moved(): void {
    this.#quietSince = Date.now();
  }

  async isDrained(context: OperationContext): Promise<boolean> {
    if (!this.#stopped && Date.now() - this.#asked >= this.#interval()) {
      this.#asked = Date.now();
      await this.#look(context);
      if (this.#stopped) this.moved();
    }
    if (!this.#stopped) return false;
    return !this.#hasRun || Date.now() - this.#quietSince >= this.#session.drainMs;
  }

  async #look(context: OperationContext): Promise<void> {
    try {
      const { container, task, member } = await findContainer(this.#session, this.#id, context);
      this.#stopped = container.state === 'stopped';
      this.#hasRun = hasRun(task, member.container);
    } catch (error) {
      if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
      // It was destroyed; what it writes until its task has stopped belongs to its log.
      const task = await findTaskIncludingDestroyed(this.#session, await addressOf(this.#session, this.#id), context);
      this.#stopped = task === undefined || task.lastStatus === 'STOPPED';
    }
  }

  #interval(): number {
    return Math.min(STATE_EVERY_MS, this.#session.pollInterval.maxMs);
  }
}
