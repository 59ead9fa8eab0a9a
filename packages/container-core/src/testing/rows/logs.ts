import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, printProgram, READY_LINE } from '../program.js';
import type { Row } from '../row.js';
import { collect, pause } from '../row-context.js';

const LINES = 2000;
const LONG_LINE_BYTES = 1_048_576;
const NOT_TEXT = Buffer.from([...Buffer.from('ü\n\n'), 0xff, 0xfe, 0, 13, 10, 0xc3]);

/** Rows about what is in the logs: every line once, whole and in order. */
export function logRows({ capabilities }: ConformanceOptions): readonly Row[] {
  const { logs } = capabilities;
  const separate = logs.streams === 'separate';
  return [
    {
      id: 'logs.order',
      promise: `${LINES} lines come once each and in order`,
      run: async (row) => {
        const container = await row.runToEnd([{ do: 'count', prefix: 'line', count: LINES }]);
        const expected = Array.from({ length: LINES }, (_, index) => `line ${index + 1}`);
        await row.eventually(async () => row.expect(await row.lines(container)).toEqual(expected));
      },
    },
    {
      id: 'logs.streams',
      promise: separate ? 'stdout and stderr are told apart, each in order' : 'stdout and stderr come merged, and say so',
      run: async (row) => {
        const container = await row.runToEnd([
          { do: 'write', content: 'out 1\n' },
          { do: 'write', content: 'error 1\n', to: 'stderr' },
          { do: 'write', content: 'out 2\n' },
          { do: 'write', content: 'error 2\n', to: 'stderr' },
        ]);
        const entries = await row.entries(container, { follow: true });
        const of = (stream: string) => entries.filter((entry) => entry.stream === stream).map(({ message }) => message);
        if (separate) {
          row.expect(of('stdout')).toEqual(['out 1', 'out 2']);
          row.expect(of('stderr')).toEqual(['error 1', 'error 2']);
        } else {
          row.expect(of('merged').toSorted((left, right) => (left < right ? -1 : 1))).toEqual(['error 1', 'error 2', 'out 1', 'out 2']);
        }
        row.expect(entries.length).toBe(4);
      },
    },
    {
      id: 'logs.multi-byte',
      promise: 'characters of several bytes survive, also when written in pieces',
      run: async (row) => {
        const text = 'Grüße, 世界 🐳';
        const bytes = Buffer.from(text);
        const whale = bytes.length - 2;
        const lines = await row.linesOf([
          { do: 'write', content: `${text}\n` },
          { do: 'write', content: bytes.subarray(0, whale) },
          { do: 'sleep', milliseconds: 50 },
          { do: 'write', content: bytes.subarray(whale) },
          { do: 'write', content: '\n' },
        ]);
        row.expect(lines).toEqual([text, text]);
      },
    },
    {
      id: 'logs.empty-lines',
      promise: logs.emptyLines ? 'empty lines survive' : 'empty lines are left out, all others are there',
      run: async (row) => {
        const lines = await row.linesOf(printProgram('\nfirst\n\n\n second \n\n'));
        row.expect(lines).toEqual(logs.emptyLines ? ['', 'first', '', '', ' second ', ''] : ['first', ' second ']);
      },
    },
    {
      id: 'logs.long-line',
      promise: logs.maxLineBytes === undefined ? 'a line of 1 MiB comes whole' : 'a line of 1 MiB comes in pieces no longer than declared',
      run: async (row) => {
        const lines = await row.linesOf([
          { do: 'write', content: 'before\n' },
          { do: 'write', content: 'x', times: LONG_LINE_BYTES },
          { do: 'write', content: '\nafter\n' },
        ]);
        const pieces = lines.slice(1, -1);
        row.expect([lines[0], lines.at(-1)]).toEqual(['before', 'after']);
        row.expect(pieces.join('').length).toBe(LONG_LINE_BYTES);
        row.expect(pieces.join('') === 'x'.repeat(LONG_LINE_BYTES)).toBe(true);
        if (logs.maxLineBytes === undefined) row.expect(pieces.length).toBe(1);
        else row.expect(Math.max(...pieces.map(({ length }) => length)) <= logs.maxLineBytes).toBe(true);
      },
    },
    {
      id: 'logs.no-final-newline',
      promise: 'a last line without a line end is there',
      run: async (row) => {
        row.expect(await row.linesOf(printProgram('first\nlast'))).toEqual(['first', 'last']);
      },
    },
    {
      id: 'logs.nothing',
      promise: 'who writes nothing has no lines',
      run: async (row) => {
        const container = await row.runToEnd([]);
        row.expect(await row.lines(container)).toEqual([]);
        row.expect(await row.entries(container)).toEqual([]);
        row.expect(Buffer.concat(await collect(row.driver.getContainerLogs(container).bytes())).length).toBe(0);
      },
    },
    bytesRow('logs.bytes', 'bytes() gives exactly the text that was written', separate ? 'ü\r\n\n\t世界\nlast' : 'Grüße\n世界\n'),
    // Providers that keep lines of text have no other bytes to give back.
    ...(separate ? [bytesRow('logs.bytes-not-text', 'bytes() gives exactly what was written, text or not', NOT_TEXT)] : []),
    {
      id: 'logs.follow-ends',
      promise: 'following ends when the container does, with every line read',
      run: async (row) => {
        const container = await row.deploy([
          { do: 'write', content: 'early\n' },
          { do: 'sleep', milliseconds: 300 },
          { do: 'write', content: 'late\n' },
        ]);
        row.expect(await row.promptly(row.lines(container), 'Following')).toEqual(['early', 'late']);
      },
    },
    {
      id: 'logs.follow-live',
      promise: 'following gives a line while the container still runs, and can be left',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        const first = async () => {
          for await (const { message } of row.driver.getContainerLogs(container, { follow: true })) return message;
          return undefined;
        };
        row.expect(await row.promptly(first(), 'Following')).toBe(READY_LINE);
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    },
    {
      id: 'logs.follow-stop',
      promise: 'following ends when the container is stopped',
      run: async (row) => {
        const container = await row.deployReady();
        const following = row.lines(container);
        await pause(50);
        await row.driver.stopContainer(container);
        row.expect(await row.promptly(following, 'Following')).toEqual([READY_LINE]);
      },
    },
    {
      id: 'logs.anew',
      promise: 'each loop over a log stream reads anew, and nothing is asked before the first',
      run: async (row) => {
        const container = await row.runToEnd(printProgram('once\n'));
        await row.lines(container);
        const stream = row.driver.getContainerLogs(container, { follow: true });
        const read = async () => (await collect(stream)).map(({ message }) => message);
        row.expect(await read()).toEqual(['once']);
        row.expect(await read()).toEqual(['once']);
        row.expect(typeof row.driver.getContainerLogs('', { tail: -1 }).bytes).toBe('function');
        await row.failure(collect(row.driver.getContainerLogs(container, { tail: -1 })), 'invalid-argument');
      },
    },
    {
      id: 'logs.timestamps',
      promise: `timestamps are as declared (${logs.timestamps}) and never go back`,
      run: async (row) => {
        const began = Date.now();
        const container = await row.runToEnd([
          { do: 'write', content: 'one\n' },
          { do: 'sleep', milliseconds: 30 },
          { do: 'write', content: 'two\n' },
        ]);
        const stamps = (await row.entries(container, { follow: true })).map(({ timestamp }) => timestamp);
        row.expect(stamps.length).toBe(2);
        if (logs.timestamps === 'none') return row.expect(stamps).toEqual([undefined, undefined]);
        const times = stamps.map((stamp) => Date.parse(stamp ?? ''));
        row.expect(times.every((time) => Math.abs(time - began) < 300_000)).toBe(true);
        row.expect(times).toEqual([...times].sort((left, right) => left - right));
        row.expect(stamps[0] ?? '').toMatch(logs.timestamps === 'nanoseconds' ? /T[\d:]{8}\.\d{4,9}Z$/ : /T[\d:]{8}(\.\d{1,3})?Z$/);
      },
    },
  ];
}

function bytesRow(id: string, promise: string, content: string | Uint8Array): Row {
  return {
    id,
    promise,
    run: async (row) => {
      const container = await row.runToEnd(printProgram(content));
      await row.lines(container);
      await row.eventually(async () => {
        const read = Buffer.concat(await collect(row.driver.getContainerLogs(container, { follow: true }).bytes()));
        row.expect(read.toString('hex')).toBe(Buffer.from(content).toString('hex'));
      });
    },
  };
}
