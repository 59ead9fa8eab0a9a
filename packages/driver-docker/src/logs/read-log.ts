import type { LogEntry, LogOptions } from '@cloud/container-core';
import { type Batches, MAX_TIMER_MS, type OperationContext, type WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { ContainerCalls } from '../containers/container-calls.js';
import { saysGone } from '../map-error.js';
import type { EngineClient } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import type { EngineRequest } from '../transport/engine-request.js';
import { containerSegment } from '../transport/segment.js';
import { BatchQueue } from './batch-queue.js';
import { ChunkCollector } from './chunk-collector.js';
import { EntryMaker } from './entry-maker.js';
import { FrameDemultiplexer } from './frame-demultiplexer.js';
import { LineAssembler, type LineEncoding, TerminalLineAssembler } from './line-assembler.js';
import { type LogCursor, readCursor } from './log-cursor.js';
import { logQuery } from './log-query.js';

type Options = WithoutCallOptions<LogOptions>;

/** How a body is handed to its reader. */
interface Pace {
  /** How many items wait for a slow reader before the connection is paused; of bytes, their number. */
  readonly waiting: number;
  /** How much of what one read of the connection brings is taken apart before that is asked. */
  readonly sliceBytes: number;
}

/**
 * One read can bring two thousand lines. As many objects living whenever V8 collects its young ones would make it give these more and more
 * room, 32 MB in the end.
 */
const ENTRY_PACE: Pace = { waiting: 16, sliceBytes: 4 * 1024 };
const BYTE_PACE: Pace = { waiting: 256 * 1024, sliceBytes: Number.POSITIVE_INFINITY };

/** How long after its time a line may be on its way. */
const LATE_MS = 250;

/** More than a tail is kept by as many, so that it is cut to its length now and then only. */
const SPARE_ENTRIES = 1000;

/** What takes the bytes of a log's body apart. */
interface BodyParser {
  read(buffer: Buffer, start: number, end: number): void;
  /** All that has come, or a slice of it, has been read. */
  flush?(): void;
  finish(): void;
}

/** A container whose log is read. */
interface LogSource {
  readonly client: EngineClient;
  readonly id: string;
  /** Whether the log is not framed; never decided by the bytes. Requested once, however often the log is read. */
  hasTerminal(context: OperationContext): Promise<boolean>;
}

/** What reads logs. */
export interface LogTools {
  readonly client: EngineClient;
  readonly containers: ContainerCalls;
}

function logSource({ client, containers }: LogTools, id: string): LogSource {
  let known: Promise<boolean> | undefined;
  return {
    client,
    id,
    hasTerminal: (context) => {
      known ??= containers.hasTerminal(id, context);
      return known;
    },
  };
}

/** The lines of a container's log. */
export function readLogEntries(tools: LogTools, id: string, asked: Options, context: OperationContext): Batches<LogEntry> {
  const options = unlessOver(asked);
  const read = options.follow === true ? followEntries : entriesOf;
  return read(logSource(tools, id), options, context, 'utf8');
}

/** The bytes of a container's log, as they were written. */
export async function* readLogBytes(tools: LogTools, id: string, asked: Options, context: OperationContext): AsyncIterable<Uint8Array> {
  const options = unlessOver(asked);
  const source = logSource(tools, id);
  const terminal = await source.hasTerminal(context);
  // Only stamped lines can be compared with a cursor or an instant; what a terminal wrote is stamped inside long lines, so that it is done where it must be only.
  const isCounted = options.after !== undefined || (options.tail !== undefined && options.until !== undefined);
  if (isCounted || (options.follow === true && !terminal)) {
    const read = options.follow === true ? followEntries : entriesOf;
    // Every byte is a character of its own on the way.
    for await (const batch of read(source, options, context, 'latin1')) {
      yield Buffer.from(batch.map(({ message }) => message).join(''), 'latin1');
    }
    return;
  }
  const request = { ...logRequest(id, options, undefined, false), until: endOf(options) };
  const chunks = readBody<Buffer>(tools.client, request, context, BYTE_PACE, (queue) => bytesParser(terminal, queue));
  for await (const batch of chunks) yield* batch;
}

/**
 * Follows a log to its end.
 *
 * An engine can end a followed log before its end, cleanly: on a busy machine Docker 20.10 lost up to three quarters of what a container wrote at
 * the end of its life, whoever read it. So what comes behind the last whole line is asked for once more.
 */
async function* followEntries(source: LogSource, options: Options, context: OperationContext, encoding: LineEncoding): Batches<LogEntry> {
  const { tail } = options;
  const unfinished: LogEntry[] = [];
  let { after } = options;
  for await (const batch of entriesOf(source, options, context, encoding, unfinished)) {
    after = batch.at(-1)?.cursor ?? after;
    yield batch;
  }
  if (after === undefined && tail !== undefined) {
    // Of a tail that nothing came of nobody knows where it began.
    yield unfinished;
    return;
  }
  try {
    yield* entriesOf(source, { ...options, tail: undefined, follow: false, after }, context, encoding);
  } catch (error) {
    // The container is gone, or about to be: there is no more to be had.
    if (!saysGone(error) && !(error instanceof EngineHttpError && error.status === 409)) throw error;
    yield unfinished;
  }
}

/** @param unfinished takes what is no whole line at the end, in place of the reader */
async function* entriesOf(
  source: LogSource,
  options: Options,
  context: OperationContext,
  encoding: LineEncoding,
  unfinished?: LogEntry[],
): Batches<LogEntry> {
  const { client, id } = source;
  const { after, tail, follow } = options;
  const cursor = after === undefined ? undefined : readCursor(after);
  const { podman } = await client.identity(context);
  if (tail !== undefined && (cursor !== undefined || options.until !== undefined || podman)) {
    // The engine counts its tail without knowing the cursor, and before it leaves out what is not before `until`. Podman's timestamps have whole seconds only, so that a line's
    // cursor is its number within the second: to be counted from the first one.
    const last = await lastOf(entriesOf(source, { ...options, tail: undefined, follow: false }, context, encoding), tail);
    yield last.entries;
    if (follow === true) {
      yield* entriesOf(source, { ...options, tail: undefined, after: last.cursor ?? after }, context, encoding, unfinished);
    }
    return;
  }
  const terminal = await source.hasTerminal(context);
  const request = { ...logRequest(id, options, cursor, true), until: endOf(options) };
  yield* readBody<LogEntry>(client, request, context, ENTRY_PACE, (queue) =>
    entryParser(terminal, cursor, encoding, (entry) => queue.push(entry), unfinished),
  );
}

async function lastOf(batches: Batches<LogEntry>, tail: number): Promise<{ entries: LogEntry[]; cursor: string | undefined }> {
  let entries: LogEntry[] = [];
  let cursor: string | undefined;
  for await (const batch of batches) {
    cursor = batch.at(-1)?.cursor ?? cursor;
    for (const entry of batch) entries.push(entry);
    // Not every time: each would copy all that is kept.
    if (entries.length > 2 * tail + SPARE_ENTRIES) entries = entries.slice(entries.length - tail);
  }
  return { entries: entries.slice(Math.max(0, entries.length - tail)), cursor };
}

function logRequest(id: string, options: Options, cursor: LogCursor | undefined, timestamps: boolean): EngineRequest {
  return { method: 'GET', path: `/containers/${containerSegment(id)}/logs`, query: logQuery(options, cursor, timestamps) };
}

/** Up to an instant that is past nothing more comes: there is nothing to follow. */
function unlessOver(options: Options): Options {
  return options.until !== undefined && options.until.getTime() <= Date.now() ? { ...options, follow: false } : options;
}

/** Engines end a followed log that is to end at an instant with the first line after it, which may never come. */
function endOf({ follow, until }: Options): Date | undefined {
  return follow === true ? until : undefined;
}

function entryParser(
  terminal: boolean,
  cursor: LogCursor | undefined,
  encoding: LineEncoding,
  take: (entry: LogEntry) => void,
  unfinished: LogEntry[] | undefined,
): BodyParser {
  let taker = take;
  const maker = new EntryMaker((entry) => taker(entry), cursor);
  /** From here on no line is whole. */
  const leaveUnfinished = () => {
    if (unfinished === undefined) return;
    maker.finish();
    taker = (entry) => unfinished.push(entry);
  };
  const takeLine = maker.line.bind(maker);
  if (terminal) {
    const lines = new TerminalLineAssembler(takeLine, encoding);
    return {
      read: (buffer, start, end) => lines.read(buffer, start, end),
      finish: () => {
        leaveUnfinished();
        lines.finish();
        maker.finish();
      },
    };
  }
  const stdout = new LineAssembler('stdout', takeLine, encoding);
  const stderr = new LineAssembler('stderr', takeLine, encoding);
  const frames = new FrameDemultiplexer({
    part: (stream, buffer, start, end, last) => (stream === 'stdout' ? stdout : stderr).part(buffer, start, end, last),
  });
  return {
    read: (buffer, start, end) => frames.read(buffer, start, end),
    finish: () => {
      frames.finish();
      leaveUnfinished();
      stdout.finish();
      stderr.finish();
      maker.finish();
    },
  };
}

async function* readBody<T>(
  client: EngineClient,
  { until, ...request }: EngineRequest & { readonly until: Date | undefined },
  context: OperationContext,
  pace: Pace,
  parserFor: (queue: BatchQueue<T>) => BodyParser,
): Batches<T> {
  const exchange = await client.raw(context, request);
  let timer: NodeJS.Timeout | undefined;
  let movedAt = Date.now();
  try {
    const queue = new BatchQueue<T>(pace.waiting, () => {
      movedAt = Date.now();
      exchange.resume();
    });
    const parser = parserFor(queue);
    let ended = false;
    const end = (error?: unknown) => {
      if (ended) return;
      ended = true;
      if (error !== undefined) {
        queue.end(error);
        return;
      }
      try {
        parser.finish();
        queue.end();
      } catch (failure) {
        queue.end(failure);
      }
    };
    exchange.receive({
      sliceBytes: pace.sliceBytes,
      take: (buffer, start, stop) => (ended ? undefined : parser.read(buffer, start, stop)),
      afterRead: () => {
        parser.flush?.();
        const goesOn = queue.flush();
        movedAt = goesOn ? Date.now() : Number.POSITIVE_INFINITY;
        return goesOn;
      },
      end,
    });
    // What is still being read, or waits for its reader, is older than it comes.
    const endWhenQuiet = () => {
      if (Date.now() - movedAt >= LATE_MS) end();
      else timer = setTimeout(endWhenQuiet, LATE_MS);
    };
    const left = until === undefined ? Number.POSITIVE_INFINITY : until.getTime() - Date.now() + LATE_MS;
    if (left <= MAX_TIMER_MS) timer = setTimeout(endWhenQuiet, Math.max(0, left));
    for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) yield batch;
  } finally {
    clearTimeout(timer);
    exchange.connection.destroy();
  }
}

/** Passes the bytes of the frames on. */
function bytesParser(terminal: boolean, queue: BatchQueue<Buffer>): BodyParser {
  const collector = new ChunkCollector(queue);
  if (terminal)
    return {
      read: (buffer, start, end) => collector.add(buffer, start, end),
      flush: () => collector.flush(),
      finish: () => collector.flush(),
    };
  const frames = new FrameDemultiplexer({ part: (_stream, buffer, start, end) => collector.add(buffer, start, end) });
  return {
    read: (buffer, start, end) => frames.read(buffer, start, end),
    flush: () => collector.flush(),
    finish: () => {
      collector.flush();
      frames.finish();
    },
  };
}
