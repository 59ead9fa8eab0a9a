import { mkdir } from 'node:fs/promises';
import type { AwsAddress } from '../clients/aws.js';
import { freshFolder } from '../fixtures/benchmark-image.js';
import { contender } from '../harness/command.js';
import { owning } from '../harness/owning.js';
import type { Contender, PreparedRow, Row, Size } from '../harness/row.js';
import { type ServerProcess, startServerProcess } from '../harness/server-process.js';
import type { Target } from '../harness/target.js';

const sizes: Readonly<Record<Size, readonly number[]>> = { full: [10, 100, 1_000, 10_000], smoke: [2, 10] };

/** They compare ours with ours, hence need fewer. */
const rounds = 3;

/** `1,000`, the name of a contender. */
const named = (count: number) => count.toLocaleString('en');

/** Twice as many must not cost more each, and hold little more at a time. */
const targets = (memory: number): Target[] => [
  { contender: named(10_000), measure: 'cpu', ratioTo: named(1_000), atMost: 1.25 },
  { contender: named(10_000), measure: 'peakRss', above: named(10), atMost: memory },
];

const about = 'Every measurement handles 10,000 of them in all: 10,000 once, 1,000 ten times, and so on; times are per item.';

interface Replay {
  readonly ports: Readonly<Record<string, number>>;
}

export const growthContainers: Row = {
  name: 'growth-containers',
  title: 'Growth: containers of an engine',
  operation: 'container',
  measure: 'cpu',
  rounds,
  about: `${about} An engine answers with one JSON text of all its containers (5.6 MB for 10,000), which has to be held.`,
  targets: targets(60),
  prepare: (size) => prepareReplay(size, (port, count, times) => ({ command: contender('growth/containers', { port, count, times }) })),
};

export const growthTags: Row = {
  name: 'growth-tags',
  title: 'Growth: tags of a repository',
  operation: 'tag',
  measure: 'cpu',
  rounds,
  about: `${about} Pages of 100.`,
  targets: targets(20),
  prepare: (size) => prepareReplay(size, (port, count, times) => ({ command: contender('growth/tags', { port, count, times }) })),
};

export const growthLayers: Row = {
  name: 'growth-layers',
  title: 'Growth: layers of an image',
  operation: 'layer',
  measure: 'cpu',
  rounds,
  about: `${about} Layers of 512 bytes, pulled to disk.`,
  targets: targets(40),
  prepare: (size) =>
    prepareReplay(size, async (port, count, times) => {
      return owning(async (own) => {
        const { path: target } = own(await freshFolder());
        await mkdir(target);
        return { command: contender('growth/layers', { port, count, times, target }) };
      });
    }),
};

export const growthTasks: Row = {
  name: 'growth-tasks',
  title: 'Growth: tasks of a cluster',
  operation: 'task',
  measure: 'cpu',
  rounds,
  about: `${about} The strict fake of ECS answers at once.`,
  targets: targets(40),
  prepare: (size) =>
    owning(async (own) => {
      const counts = sizes[size];
      const servers = new Map<number, ServerProcess<AwsAddress>>();
      for (const count of counts)
        servers.set(count, own(await startServerProcess<AwsAddress>('aws-fake', { tasks: count, latencyMs: 0, definitions: 2 })));
      const prepared = measureEach(size, (count, times) => ({
        command: contender('growth/tasks', { ...servers.get(count)?.address, count, times }),
      }));
      return {
        ...prepared,
      };
    }),
};

export const growthLines: Row = {
  name: 'growth-lines',
  title: 'Growth: lines of a log',
  operation: 'line',
  measure: 'cpu',
  rounds,
  about: 'Entries of logs of 10,000, 100,000 and 1 million lines of 100 bytes, replayed; shorter ones as often as makes a million.',
  targets: [
    { contender: named(1_000_000), measure: 'cpu', ratioTo: named(100_000), atMost: 1.25 },
    { contender: named(1_000_000), measure: 'peakRss', above: named(10_000), atMost: 20 },
  ],
  prepare: (size) =>
    owning(async (own) => {
      const counts = size === 'full' ? [10_000, 100_000, 1_000_000] : [10, 100];
      const largest = Math.max(...counts);
      const lineBytes = 100;
      const servers = new Map<number, ServerProcess<{ readonly socketPath: string }>>();
      for (const lines of counts)
        servers.set(lines, own(await startServerProcess<{ readonly socketPath: string }>('log-replay', { lines, lineBytes })));
      const contenders = counts.map((lines): Contender => {
        const input = { ...servers.get(lines)?.address, id: 'a'.repeat(64), times: largest / lines };
        return { name: named(lines), role: 'ours', turn: () => ({ command: contender('docker-logs/our-entries', input) }) };
      });
      return {
        work: { operations: largest, bytes: largest * lineBytes },
        contenders,
      };
    }),
};

async function prepareReplay(
  size: Size,
  turn: (port: number, count: number, times: number) => ReturnType<Contender['turn']>,
): Promise<PreparedRow> {
  const server = await startServerProcess<Replay>('list-replay', { counts: sizes[size] });
  return { ...measureEach(size, (count, times) => turn(server.address.ports[count] ?? 0, count, times)), close: () => server.close() };
}

/** A contender for each size; all handle equally many items in sum. */
function measureEach(size: Size, turn: (count: number, times: number) => ReturnType<Contender['turn']>): Omit<PreparedRow, 'close'> {
  const counts = sizes[size];
  const largest = Math.max(...counts);
  return {
    work: { operations: largest },
    contenders: counts.map((count) => ({ name: named(count), role: 'ours', turn: () => turn(count, largest / count) })),
  };
}
