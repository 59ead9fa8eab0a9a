import type { ContainerEvent, EventOptions } from '../../types/events.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect, pause, type RowContext, rejection } from '../row-context.js';

/** Rows about the group `events`. */
export function eventRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('events')) return [];
  return [
    {
      id: 'events.life',
      promise: 'the life of a container is told in order: created, started, stopped with its exit code, destroyed',
      run: async (row) => {
        const since = new Date(Date.now() - 1000);
        const container = await row.deployReady(idleProgram(5));
        await row.driver.stopContainer(container);
        await row.driver.destroyContainer(container);
        const told = await until(row, { since, labels: row.labels }, 'destroyed');
        const life = told.filter(({ type }) => ['created', 'started', 'stopped', 'destroyed'].includes(type));
        row.expect(life.map(({ type }) => type)).toEqual(['created', 'started', 'stopped', 'destroyed']);
        row.expect(told.filter(({ containerId }) => containerId !== container.id)).toEqual([]);
        row.expect(life.find(({ type }) => type === 'stopped')?.exit?.code).toBe(5);
        for (const { name, timestamp } of life) {
          row.expect(name).toBe(container.name);
          row.expect(Number.isFinite(Date.parse(timestamp))).toBe(true);
        }
      },
    },
    {
      id: 'events.live',
      promise: 'what happens while one listens is told at once, what happened before is not',
      run: async (row) => {
        const before = await row.deployReady();
        let heard = false;
        const listening = until(row, { labels: row.labels }, 'created').finally(() => {
          heard = true;
        });
        listening.catch(() => undefined);
        // Nobody can tell when the listening has begun: what it has missed happens once more.
        await row.eventually(async () => {
          await row.deploy(idleProgram());
          await pause(100);
          row.expect(heard).toBe(true);
        });
        const told = await row.promptly(listening, 'Listening');
        row.expect(told.at(-1)?.type).toBe('created');
        row.expect(told.filter(({ containerId }) => containerId === before.id)).toEqual([]);
      },
    },
    {
      id: 'events.past',
      promise: 'with until in the past the events end',
      run: async (row) => {
        const since = new Date(Date.now() - 1000);
        await row.deployReady();
        await pause(100);
        const listening = collect(row.driver.followEvents({ since, until: new Date(), labels: row.labels }));
        const told = await row.promptly(listening, 'Listening');
        row.expect(told.slice(0, 1).map(({ type }) => type)).toEqual(['created']);
      },
    },
    {
      id: 'events.filter',
      promise: 'only containers with all of the labels are told of',
      run: async (row) => {
        const since = new Date(Date.now() - 1000);
        const wanted = await row.deployReady(idleProgram(), { labels: { wanted: 'yes' } });
        const other = await row.deployReady();
        await row.driver.stopContainer(other);
        await row.driver.stopContainer(wanted);
        const told = await until(row, { since, labels: { ...row.labels, wanted: 'yes' } }, 'stopped');
        row.expect([...new Set(told.map(({ containerId }) => containerId))]).toEqual([wanted.id]);
      },
    },
    {
      id: 'events.abort',
      promise: 'listening that is aborted rejects promptly with the reason, and one that passes its deadline is a timeout',
      run: async (row) => {
        const controller = new AbortController();
        const reason = new Error('not wanted any more');
        const listening = rejection(collect(row.driver.followEvents({ labels: row.labels, signal: controller.signal })));
        await pause(50);
        controller.abort(reason);
        row.expect((await row.promptly(listening, 'Listening')) === reason).toBe(true);
        const late = collect(row.driver.followEvents({ labels: row.labels, timeoutMs: 50 }));
        await row.failure(row.promptly(late, 'Listening'), 'timeout');
      },
    },
  ];
}

/** Listens until something of a type is told. */
async function until(row: RowContext, options: EventOptions, type: ContainerEvent['type']): Promise<ContainerEvent[]> {
  const told: ContainerEvent[] = [];
  for await (const event of row.driver.followEvents({ ...options, timeoutMs: 30_000 })) {
    told.push(event);
    if (event.type === type) break;
  }
  return told;
}
