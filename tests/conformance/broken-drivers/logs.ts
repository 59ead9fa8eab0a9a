import type { LogEntry, LogStream } from '@cloud/container-core';
import { type BrokenDriver, NO_REJECTION, never } from './broken-driver.js';

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

async function collected(lines: AsyncIterable<LogEntry>): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

export const brokenLogs: readonly BrokenDriver[] = [
  {
    does: 'drops empty lines though it says that they survive',
    fails: { 'logs.empty-lines': "expected [ 'first', ' second ' ] to deeply equal [ '', 'first', '', '', '" },
    with: (honest) => ({
      getContainerLogs: (...call) => changed(honest.getContainerLogs(...call), (lines) => filtered(lines, ({ message }) => message !== '')),
    }),
  },
  {
    does: 'never ends when it follows',
    fails: { 'logs.follow-stop': 'Following was not over after 2000 ms.', 'logs.follow-ends': 'Following was not over after 2000 ms.' },
    with: (honest) => ({
      getContainerLogs: (reference, options) =>
        changed(honest.getContainerLogs(reference, options), async function* (lines) {
          yield* lines;
          if (options?.follow === true) await never;
        }),
    }),
  },
  {
    does: 'reads characters byte by byte',
    fails: { 'logs.multi-byte': "expected [ …(2) ] to deeply equal [ 'Grüße, 世界 🐳', 'Grüße, 世界 🐳' ]" },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), (lines) =>
          mapped(lines, (line) => ({ ...line, message: Buffer.from(line.message).toString('latin1') })),
        ),
    }),
  },
  {
    does: 'calls everything stdout',
    fails: { 'logs.streams': "1) ] to deeply equal [ 'out 1', 'out 2' ]" },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), (lines) => mapped(lines, (line) => ({ ...line, stream: 'stdout' }))),
    }),
  },
  {
    does: 'gives the last line again after its cursor',
    fails: {
      'logs.after-live': "4) ] to deeply equal [ 'line 1', 'line 2', 'line 3",
      'logs.after': "4) ] to deeply equal [ 'line 5', 'line 6', 'line 7",
    },
    with: (honest) => ({
      getContainerLogs: (reference, options = {}) =>
        honest.getContainerLogs(reference, {
          ...options,
          ...(options.after === undefined ? {} : { after: String(Math.max(0, Number(options.after) - 1)) }),
        }),
    }),
  },
  {
    does: 'ignores tail',
    fails: {
      'logs.tail-follow': "1) ] to include 'line 1,line 2,line 3,line 4,line 5,li…",
      'logs.tail': "expected [ 'line 1', 'line 2', 'line 3",
    },
    with: (honest) => ({ getContainerLogs: (reference, { tail: _tail, ...options } = {}) => honest.getContainerLogs(reference, options) }),
  },
  {
    does: 'loses what came while it followed',
    fails: { 'logs.follow-ends': "expected [ 'early' ] to deeply equal [ 'early', 'late' ]" },
    with: (honest) => ({ getContainerLogs: (reference, options) => honest.getContainerLogs(reference, { ...options, follow: false }) }),
  },
  {
    does: 'cuts long lines without a word',
    fails: { 'logs.long-line': 'expected 65536 to be 1048576' },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), (lines) =>
          mapped(lines, (line) => ({ ...line, message: line.message.slice(0, 65_536) })),
        ),
    }),
  },
  {
    does: 'makes text of bytes',
    fails: { 'logs.bytes-not-text': "to be 'c3bc0a0afffe000d0ac3" },
    with: (honest) => ({
      getContainerLogs: (...call) => {
        const stream = honest.getContainerLogs(...call);
        return {
          [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
          bytes: async function* () {
            for await (const chunk of stream.bytes()) yield Buffer.from(Buffer.from(chunk).toString('utf8'));
          },
        };
      },
    }),
  },
  {
    does: 'sorts lines by what they say',
    fails: { 'logs.order': "] to deeply equal [ 'line 1', 'line 2" },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), async function* (lines) {
          yield* (await collected(lines)).sort((left, right) => left.message.localeCompare(right.message));
        }),
    }),
  },
  {
    does: 'loses the last line',
    fails: { 'logs.no-final-newline': "expected [ 'first' ] to deeply equal [ 'first', 'last' ]" },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), async function* (lines) {
          yield* (await collected(lines)).slice(0, -1);
        }),
    }),
  },
  {
    does: 'makes an empty line of nothing',
    fails: { 'logs.nothing': "expected [ '' ] to deeply equal []" },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), async function* (lines) {
          const all = await collected(lines);
          yield* all.length === 0 ? [{ stream: 'stdout' as const, message: '' }] : all;
        }),
    }),
  },
  {
    does: 'makes one line end of all',
    fails: { 'logs.bytes': "to be 'c3bc0d0a0a" },
    with: (honest) => ({
      getContainerLogs: (...call) => {
        const stream = honest.getContainerLogs(...call);
        return {
          [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
          bytes: async function* () {
            for await (const chunk of stream.bytes())
              yield Buffer.from(Buffer.from(chunk).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
          },
        };
      },
    }),
  },
  {
    does: 'follows without giving anything before the end',
    fails: { 'logs.follow-live': 'Following was not over after 2000 ms.' },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), async function* (lines) {
          yield* await collected(lines);
        }),
    }),
  },
  {
    does: 'can be read once',
    fails: { 'logs.anew': "expected [] to deeply equal [ 'once' ]" },
    with: (honest) => ({
      getContainerLogs: (...call) => {
        const stream = honest.getContainerLogs(...call);
        const once = stream[Symbol.asyncIterator]();
        return { [Symbol.asyncIterator]: () => once, bytes: () => stream.bytes() };
      },
    }),
  },
  {
    does: 'gives no timestamps though it says that it does',
    fails: { 'logs.timestamps': 'expected false to be true' },
    with: (honest) => ({
      getContainerLogs: (...call) =>
        changed(honest.getContainerLogs(...call), (lines) => mapped(lines, ({ timestamp: _timestamp, ...line }) => line)),
    }),
  },
  {
    does: 'begins anew after a cursor that it does not know',
    fails: { 'logs.after-nonsense': NO_REJECTION },
    with: (honest) => ({
      getContainerLogs: (reference, { after, ...options } = {}) =>
        honest.getContainerLogs(reference, { ...options, ...(after === undefined || Number.isNaN(Number(after)) ? {} : { after }) }),
    }),
  },
  {
    does: 'gives all bytes whatever was asked for',
    fails: { 'logs.bytes-selection': "to be 'line 9" },
    with: (honest) => ({
      getContainerLogs: (reference, options) => ({
        [Symbol.asyncIterator]: () => honest.getContainerLogs(reference, options)[Symbol.asyncIterator](),
        bytes: () => honest.getContainerLogs(reference, { follow: options?.follow }).bytes(),
      }),
    }),
  },
  {
    does: 'ignores until when it follows',
    fails: { 'logs.until-follow': 'Following was not over after 2000 ms.', 'logs.until-live': 'Following was not over after 2000 ms.' },
    with: (honest) => ({
      getContainerLogs: (reference, { until, ...options } = {}) =>
        honest.getContainerLogs(reference, { ...options, ...(options.follow === true ? {} : { until }) }),
    }),
  },
  {
    does: 'ignores since',
    fails: { 'logs.since-until': "expected [ 'before', 'after' ] to deeply equal [ 'after' ]" },
    with: (honest) => ({
      getContainerLogs: (reference, { since: _since, ...options } = {}) => honest.getContainerLogs(reference, options),
    }),
  },
  {
    does: 'always follows',
    fails: { 'logs.running': 'Reading was not over after 2000 ms.' },
    with: (honest) => ({ getContainerLogs: (reference, options) => honest.getContainerLogs(reference, { ...options, follow: true }) }),
  },
  {
    does: 'ignores the deadline of its logs',
    fails: { 'abort.deadline': 'Following was not over after 2000 ms.' },
    with: (honest) => ({
      getContainerLogs: (reference, { timeoutMs: _deadline, ...options } = {}) => honest.getContainerLogs(reference, options),
    }),
  },
];
