import type { LogEntry, LogStream } from '@cloud/container-core';
import { type Cheat, never } from './cheat.js';

/** A log stream with its lines changed. */
function changed(stream: LogStream, change: (lines: AsyncIterable<LogEntry>) => AsyncIterable<LogEntry>): LogStream {
  return { [Symbol.asyncIterator]: () => change(stream)[Symbol.asyncIterator](), bytes: () => stream.bytes() };
}

async function* filtered(lines: AsyncIterable<LogEntry>, keep: (line: LogEntry) => boolean): AsyncGenerator<LogEntry> {
  for await (const line of lines) if (keep(line)) yield line;
}

async function* mapped(lines: AsyncIterable<LogEntry>, map: (line: LogEntry) => LogEntry): AsyncGenerator<LogEntry> {
  for await (const line of lines) yield map(line);
}

export const logCheats: readonly Cheat[] = [
  {
    does: 'drops empty lines though it says that they survive',
    row: 'logs.empty-lines',
    with: (honest) => ({
      containerLogs: (...call) => changed(honest.containerLogs(...call), (lines) => filtered(lines, ({ message }) => message !== '')),
    }),
  },
  {
    does: 'never ends when it follows',
    row: 'logs.follow-ends',
    with: (honest) => ({
      containerLogs: (reference, options) =>
        changed(honest.containerLogs(reference, options), async function* (lines) {
          yield* lines;
          if (options?.follow === true) await never;
        }),
    }),
  },
  {
    does: 'reads characters byte by byte',
    row: 'logs.multi-byte',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) =>
          mapped(lines, (line) => ({ ...line, message: Buffer.from(line.message).toString('latin1') })),
        ),
    }),
  },
  {
    does: 'calls everything stdout',
    row: 'logs.streams',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) => mapped(lines, (line) => ({ ...line, stream: 'stdout' }))),
    }),
  },
  {
    does: 'gives the last line again after its cursor',
    row: 'logs.after',
    with: (honest) => ({
      containerLogs: (reference, options = {}) =>
        honest.containerLogs(reference, {
          ...options,
          ...(options.after === undefined ? {} : { after: String(Math.max(0, Number(options.after) - 1)) }),
        }),
    }),
  },
  {
    does: 'takes no notice of tail',
    row: 'logs.tail',
    with: (honest) => ({ containerLogs: (reference, { tail: _tail, ...options } = {}) => honest.containerLogs(reference, options) }),
  },
  {
    does: 'loses what came while it followed',
    row: 'logs.follow-ends',
    with: (honest) => ({ containerLogs: (reference, options) => honest.containerLogs(reference, { ...options, follow: false }) }),
  },
  {
    does: 'cuts long lines without a word',
    row: 'logs.long-line',
    with: (honest) => ({
      containerLogs: (...call) =>
        changed(honest.containerLogs(...call), (lines) => mapped(lines, (line) => ({ ...line, message: line.message.slice(0, 65_536) }))),
    }),
  },
  {
    does: 'makes text of bytes',
    row: 'logs.bytes-not-text',
    with: (honest) => ({
      containerLogs: (...call) => {
        const stream = honest.containerLogs(...call);
        return {
          [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
          bytes: async function* () {
            for await (const chunk of stream.bytes()) yield Buffer.from(Buffer.from(chunk).toString('utf8'));
          },
        };
      },
    }),
  },
];
