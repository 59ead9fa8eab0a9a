import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { pause } from '../row-context.js';

/** Rows about the group `pause`. */
export function pauseRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('pause')) return [];
  return [
    {
      id: 'pause.frozen',
      promise: 'a paused container does nothing until it is resumed; pausing and resuming again change nothing',
      run: async (row) => {
        const container = await row.deployReady([
          { do: 'write', content: 'ready\n' },
          { do: 'sleep', milliseconds: 700 },
          { do: 'write', content: 'resumed\n' },
          { do: 'exit', code: 3 },
        ]);
        row.expect((await row.driver.pauseContainer(container)).state).toBe('paused');
        row.expect((await row.driver.pauseContainer(container)).state).toBe('paused');
        row
          .expect((await row.driver.listContainers({ labels: row.labels, states: ['paused'] })).map(({ id }) => id))
          .toEqual([container.id]);
        await pause(1200);
        row.expect((await row.driver.getContainer(container)).state).toBe('paused');
        row.expect(await row.lines(container, { follow: false })).toEqual(['ready']);
        const resumed = await row.driver.resumeContainer(container);
        row.expect(['running', 'stopped']).toContain(resumed.state);
        row.expect((await row.driver.waitForContainer(container, { until: 'stopped' })).exit?.code).toBe(3);
        row.expect(await row.lines(container)).toEqual(['ready', 'resumed']);
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
