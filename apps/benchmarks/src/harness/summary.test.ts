import { describe, expect, it } from 'vitest';
import { page } from './page.js';
import type { Row } from './row.js';
import type { RowResult } from './run-row.js';
import { summarise } from './summary.js';
import { markdownTable, plainTable, tableOf } from './table.js';

const row: Row = {
  name: 'example',
  title: 'An example',
  operation: 'call',
  about: 'What is done.',
  measure: 'cpu',
  targets: [
    { contender: 'ours', measure: 'cpu', ratioTo: 'floor', atMost: 1.2 },
    { contender: 'ours', measure: 'throughput', atLeast: 400 },
    { contender: 'ours', measure: 'wall', above: 'floor', atMost: 0.5 },
    { contender: 'ours', measure: 'cpu', ratioTo: 'a peer that is not here', atMost: 1 },
  ],
  prepare: () => Promise.reject(new Error('not measured here')),
};

/** Ten calls of `milliseconds` each and of one kilobyte in all, in two rounds, the second of them twice as slow. */
function measured(name: string, role: 'ours' | 'peer' | 'floor', milliseconds: number) {
  const sample = (factor: number) => ({
    wallMs: 10 * milliseconds * factor,
    cpuMs: 5 * milliseconds * factor,
    peakRssBytes: 50e6,
    operations: 10,
    bytes: 1000,
  });
  return { name, role, samples: [sample(1), sample(2), sample(1)] };
}

const result: RowResult = {
  name: 'example',
  date: '2026-01-01T00:00:00.000Z',
  size: 'full',
  rounds: 3,
  work: { operations: 10, bytes: 1000 },
  contenders: [
    measured('floor', 'floor', 1),
    measured('ours', 'ours', 1.1),
    measured('slow peer', 'peer', 3),
    measured('best peer', 'peer', 2.2),
  ],
  missing: ['crane'],
  unavailable: [],
  failures: [{ name: 'broken peer', reason: 'it ended with 1' }],
};

describe('summarise', () => {
  const { contenders, targets } = summarise(row, result);

  it('gives median and range per operation', () => {
    expect(contenders[1]).toMatchObject({ name: 'ours', peakRss: { median: 50 } });
    expect(contenders[1]?.wall.median).toBeCloseTo(1.1);
    expect(contenders[1]?.wall.maximum).toBeCloseTo(2.2);
  });

  it('compares with the floor and with the best peer, round by round', () => {
    expect(contenders[1]?.toFloor?.cpu).toBeCloseTo(1.1);
    expect(contenders[1]?.toBestPeer).toMatchObject({ peer: 'best peer' });
    expect(contenders[1]?.toBestPeer?.cpu).toBeCloseTo(0.5);
    expect(contenders[0]?.toFloor).toBeUndefined();
    expect(contenders[2]?.toBestPeer).toBeUndefined();
  });

  it('says of each target whether it is reached, and leaves out those that can not be told', () => {
    expect(targets.map(({ target, reached }) => [target, reached])).toEqual([
      ['ours: CPU ≤ 1.2 × floor', true],
      ['ours: ≥ 400 MB/s', false],
      ['ours: wall ≤ floor + 0.5 ms', true],
    ]);
  });
});

describe('what people read', () => {
  it('is a table in columns', () => {
    const [header, ...lines] = plainTable(tableOf(summarise(row, result))).split('\n');
    expect(header).toMatch(/^contender +wall/);
    expect(lines[1]).toContain('1.10 ms (1.10 ms–2.20 ms)');
    expect(lines[1]).toContain('0.50, 0.50 (best peer)');
  });

  it('is a page with every target, and with what was left out or failed', () => {
    const machine = { processor: '2 × Example', memoryGiB: 8, system: 'Linux', versions: { 'Node.js': 'v20' } };
    const text = page([row], { machine, rows: [result] });
    expect(text).toContain('| [An example](#example) | ours: ≥ 400 MB/s → 0.09 | **missed** |');
    expect(text).toContain('not installed: crane');
    expect(text).toContain('broken peer did not do the work: it ended with 1');
  });

  it('is Markdown that lines up numbers', () => {
    expect(
      markdownTable([
        ['a', 'b'],
        ['c', '1'],
      ]),
    ).toBe('| a | b |\n| --- | --: |\n| c | 1 |');
  });
});
