import type { LogOptions } from '../../types/logs.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, type ProgramStep, READY_LINE } from '../program.js';
import type { Row } from '../row.js';
import { collect, pause } from '../row-context.js';

const TEN_LINES: readonly ProgramStep[] = [{ do: 'count', prefix: 'line', count: 10 }];
const line = (number: number) => `line ${number}`;

/** Rows about which lines are read: `tail`, `since`, `until`, `after`. */
export function logSelectionRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'logs.tail',
      promise: 'tail gives the last so many lines',
      run: async (row) => {
        const container = await row.runToEnd(TEN_LINES);
        await row.eventually(async () => row.expect((await row.lines(container, { follow: false })).length).toBe(10));
        const tail = (lines: number) => row.lines(container, { follow: false, tail: lines });
        row.expect(await tail(0)).toEqual([]);
        row.expect(await tail(1)).toEqual([line(10)]);
        row.expect(await tail(3)).toEqual([line(8), line(9), line(10)]);
        row.expect((await tail(1000)).length).toBe(10);
      },
    },
    {
      id: 'logs.tail-follow',
      promise: 'tail with follow goes on from there',
      run: async (row) => {
        const container = await row.deploy([...TEN_LINES, { do: 'sleep', milliseconds: 500 }, { do: 'write', content: 'after\n' }]);
        await row.eventually(async () => row.expect((await row.lines(container, { follow: false })).length >= 10).toBe(true));
        const lines = await row.lines(container, { follow: true, tail: 2 });
        // On a slow machine the program may have ended before this is read.
        row.expect([[line(9), line(10), 'after'].join(), [line(10), 'after'].join()]).toContain(lines.join());
      },
    },
    {
      id: 'logs.after',
      promise: 'after a cursor come the lines after that one, without a gap or a repetition',
      run: async (row) => {
        const container = await row.runToEnd(TEN_LINES);
        await row.eventually(async () => row.expect((await row.lines(container)).length).toBe(10));
        const entries = await row.entries(container);
        for (const [index, { cursor }] of entries.entries()) {
          if (index % 3 !== 0) continue;
          row.expect(typeof cursor).toBe('string');
          const rest = await row.lines(container, { follow: false, after: cursor ?? '' });
          row.expect(rest).toEqual(entries.slice(index + 1).map(({ message }) => message));
        }
        const last = entries.at(-1)?.cursor ?? '';
        row.expect(await row.lines(container, { follow: true, after: last })).toEqual([]);
        row.expect(await row.lines(container, { follow: false, after: entries[4]?.cursor ?? '', tail: 2 })).toEqual([line(9), line(10)]);
      },
    },
    {
      id: 'logs.after-live',
      promise: 'a reader that was interrupted goes on with follow after its cursor and misses nothing',
      run: async (row) => {
        const container = await row.deploy([
          { do: 'count', prefix: 'line', count: 3 },
          { do: 'sleep', milliseconds: 400 },
          { do: 'count', prefix: 'more', count: 3 },
        ]);
        const seen: string[] = [];
        let cursor: string | undefined;
        for await (const entry of row.driver.getContainerLogs(container, { follow: true })) {
          seen.push(entry.message);
          cursor = entry.cursor;
          if (seen.length === 2) break;
        }
        seen.push(...(await row.lines(container, { follow: true, after: cursor ?? '' })));
        row.expect(seen).toEqual(['line 1', 'line 2', 'line 3', 'more 1', 'more 2', 'more 3']);
      },
    },
    {
      id: 'logs.bytes-selection',
      promise: 'bytes() gives the same selection of lines',
      run: async (row) => {
        const container = await row.runToEnd(TEN_LINES);
        await row.eventually(async () => row.expect((await row.lines(container)).length).toBe(10));
        const cursor = (await row.entries(container))[6]?.cursor ?? '';
        const bytes = async (options: LogOptions) =>
          String(Buffer.concat(await collect(row.driver.getContainerLogs(container, options).bytes())));
        row.expect(await bytes({ tail: 2 })).toBe(`${line(9)}\n${line(10)}\n`);
        row.expect(await bytes({ tail: 0 })).toBe('');
        row.expect(await bytes({ after: cursor })).toBe(`${line(8)}\n${line(9)}\n${line(10)}\n`);
        if (capabilities.logs.timestamps === 'none') return;
        row.expect(await bytes({ since: new Date(Date.now() + 3_600_000) })).toBe('');
        row.expect(await bytes({ until: new Date(0) })).toBe('');
      },
    },
    {
      id: 'logs.after-nonsense',
      promise: 'a cursor that no line ever had is invalid-argument',
      run: async (row) => {
        const container = await row.runToEnd(TEN_LINES);
        await row.failure(row.entries(container, { after: 'nonsense' }), 'invalid-argument');
      },
    },
    ...(capabilities.logs.timestamps === 'none'
      ? []
      : [
          {
            id: 'logs.since-until',
            promise: 'since takes its instant in, until leaves it out',
            run: async (row) => {
              const container = await row.runToEnd([
                { do: 'write', content: 'before\n' },
                { do: 'sleep', milliseconds: 500 },
                { do: 'write', content: 'after\n' },
              ]);
              await row.eventually(async () => row.expect((await row.lines(container)).length).toBe(2));
              const entries = await row.entries(container);
              const instant = new Date(entries[1]?.timestamp ?? '');
              row.expect(await row.lines(container, { follow: false, since: instant })).toEqual(['after']);
              row.expect(await row.lines(container, { follow: false, until: instant })).toEqual(['before']);
              row.expect(await row.lines(container, { follow: false, since: new Date(0) })).toEqual(['before', 'after']);
              row.expect(await row.lines(container, { follow: false, since: new Date(Date.now() + 3_600_000) })).toEqual([]);
            },
          } satisfies Row,
          {
            id: 'logs.until-follow',
            promise: 'following ends with until, though the container runs on',
            run: async (row) => {
              const container = await row.deployReady(idleProgram());
              const until = new Date(Date.now() + 300);
              row.expect(await row.promptly(row.lines(container, { follow: true, until }), 'Following')).toEqual([READY_LINE]);
              row.expect((await row.driver.getContainer(container)).state).toBe('running');
            },
          } satisfies Row,
          {
            id: 'logs.until-live',
            promise: 'following with until gives every line before it, and none after it, of a container that goes on writing',
            run: async (row) => {
              const writing = Array.from({ length: 60 }, (_, index): readonly ProgramStep[] => [
                { do: 'write', content: `${line(index + 1)}\n` },
                { do: 'sleep', milliseconds: 50 },
              ]);
              const container = await row.deploy(writing.flat());
              await row.eventually(async () => row.expect((await row.entries(container)).length >= 1).toBe(true));
              const until = new Date(Date.now() + 500);
              const lines = await row.promptly(row.lines(container, { follow: true, until }), 'Following');
              await row.driver.waitForContainer(container, { until: 'stopped' });
              await row.eventually(async () => row.expect((await row.lines(container)).length).toBe(60));
              const entries = await row.entries(container);
              const before = entries.filter(({ timestamp }) => new Date(timestamp ?? '') < until);
              row.expect(lines).toEqual(before.map(({ message }) => message));
              row.expect(await row.lines(container, { follow: true, until, tail: 1 })).toEqual(lines.slice(-1));
            },
          } satisfies Row,
        ]),
    {
      id: 'logs.running',
      promise: 'without follow the lines so far are read, and the reading ends',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        row.expect(await row.promptly(row.lines(container, { follow: false }), 'Reading')).toEqual([READY_LINE]);
        await pause(0);
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    },
  ];
}
