import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { rejection } from '../row-context.js';

/** Rows about the group `stats`. */
export function statsRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('stats')) return [];
  return [
    {
      id: 'stats.reading',
      promise: 'a reading has the time, the CPU and the memory in use',
      run: async (row) => {
        const stats = await row.driver.getContainerStats(await row.deployReady());
        row.expect(Math.abs(stats.readAt.getTime() - Date.now()) < 300_000).toBe(true);
        row.expect(stats.memory.usedBytes > 0).toBe(true);
        row.expect(stats.cpu.totalSeconds >= 0).toBe(true);
        row.expect(stats.cpu.usedCores === undefined || stats.cpu.usedCores >= 0).toBe(true);
      },
    },
    {
      id: 'stats.follow',
      promise: 'readings follow one another, with the CPU from the second on, and end with the container',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        const readings: (number | undefined)[] = [];
        let before = 0;
        for await (const { readAt, cpu } of row.driver.followContainerStats(container, { timeoutMs: 30_000 })) {
          row.expect(readAt.getTime() >= before).toBe(true);
          before = readAt.getTime();
          readings.push(cpu.usedCores);
          if (readings.length === 2) await row.driver.stopContainer(container);
        }
        row.expect(readings.length >= 2).toBe(true);
        row.expect(typeof readings[1]).toBe('number');
      },
    },
    {
      id: 'stats.not-running',
      promise: 'a reading of a container that has ended is precondition-failed, and following it ends',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        await row.driver.stopContainer(container);
        await row.failure(row.driver.getContainerStats(container), 'precondition-failed');
        for await (const reading of row.driver.followContainerStats(container, { timeoutMs: 30_000 })) row.expect(reading).toBe(undefined);
      },
    },
    {
      id: 'stats.ends',
      promise: 'following can be aborted, and what is gone is not-found',
      run: async (row) => {
        const container = await row.deployReady();
        const controller = new AbortController();
        const reason = new Error('not wanted any more');
        const follow = async () => {
          for await (const _reading of row.driver.followContainerStats(container, { signal: controller.signal })) controller.abort(reason);
        };
        row.expect((await row.promptly(rejection(follow()), 'Following')) === reason).toBe(true);
        await row.driver.destroyContainer(container);
        await row.failure(row.driver.getContainerStats(container), 'not-found');
      },
    },
  ];
}
