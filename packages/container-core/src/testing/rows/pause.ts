import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, type ProgramStep } from '../program.js';
import type { Row } from '../row.js';
import { pause } from '../row-context.js';

const TICK_MS = 100;

/** Writes a line again and again, longer than the row takes, until it is asked to stop. */
function tickingProgram(): readonly ProgramStep[] {
  const tick: readonly ProgramStep[] = [
    { do: 'write', content: 'tick\n' },
    { do: 'sleep', milliseconds: TICK_MS },
  ];
  return [{ do: 'on-stop', exitCode: 3 }, { do: 'write', content: 'ready\n' }, ...Array.from({ length: 600 }, () => tick).flat()];
}

/** Rows about the group `pause`. */
export function pauseRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('pause')) return [];
  return [
    {
      id: 'pause.frozen',
      promise: 'a paused container does nothing until it is resumed; pausing and resuming again change nothing',
      run: async (row) => {
        const container = await row.deployReady(tickingProgram());
        row.expect((await row.driver.pauseContainer(container)).state).toBe('paused');
        row.expect((await row.driver.pauseContainer(container)).state).toBe('paused');
        row
          .expect((await row.driver.listContainers({ labels: row.labels, states: ['paused'] })).map(({ id }) => id))
          .toEqual([container.id]);
        const ticks = async () => (await row.lines(container, { follow: false })).length;
        let frozenAt = 0;
        // What was written before may arrive a little later.
        await row.eventually(async () => {
          frozenAt = await ticks();
          await pause(10 * TICK_MS);
          row.expect(await ticks()).toBe(frozenAt);
        });
        row.expect((await row.driver.getContainer(container)).state).toBe('paused');
        row.expect((await row.driver.resumeContainer(container)).state).toBe('running');
        row.expect((await row.driver.resumeContainer(container)).state).toBe('running');
        await row.eventually(async () => row.expect((await ticks()) > frozenAt).toBe(true));
        row.expect((await row.driver.stopContainer(container)).exit?.code).toBe(3);
      },
    },
    {
      id: 'pause.not-running',
      promise: 'a container that does not run is precondition-failed, one that is gone not-found; resuming a running one does nothing',
      run: async (row) => {
        const running = await row.deployReady();
        row.expect((await row.driver.resumeContainer(running)).state).toBe('running');
        const ended = await row.driver.stopContainer(running);
        await row.failure(row.driver.pauseContainer(ended), 'precondition-failed');
        await row.failure(row.driver.resumeContainer(ended), 'precondition-failed');
        await row.driver.destroyContainer(ended);
        await row.failure(row.driver.pauseContainer(ended), 'not-found');
      },
    },
    {
      id: 'pause.destroy',
      promise: 'a paused container can be destroyed',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        await row.driver.pauseContainer(container);
        await row.driver.destroyContainer(container);
        await row.failure(row.driver.getContainer(container), 'not-found');
      },
    },
  ];
}
