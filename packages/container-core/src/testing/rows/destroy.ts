import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, stubbornProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';

/** Rows about destroying. */
export function destroyRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'destroy.running',
      promise: 'a running container is destroyed, even one that withstands the polite signal, and then not-found whatever is asked of it',
      run: async (row) => {
        const container = await row.deployReady(stubbornProgram());
        await row.driver.destroyContainer(container);
        await row.failure(row.driver.getContainer(container), 'not-found');
        await row.failure(row.driver.waitForContainer(container, { until: 'running' }), 'not-found');
        await row.failure(collect(row.driver.getContainerLogs(container)), 'not-found');
        await row.failure(collect(row.driver.getContainerLogs(container).bytes()), 'not-found');
        row.expect(await row.listed()).toEqual([]);
      },
    },
    {
      id: 'destroy.stopped',
      promise: 'a stopped container is destroyed',
      run: async (row) => {
        const ended = await row.runToEnd([]);
        await row.driver.destroyContainer(ended.id);
        await row.failure(row.driver.getContainer(ended), 'not-found');
      },
    },
    ...(capabilities.startLater
      ? [
          {
            id: 'destroy.created',
            promise: 'a container that never ran is destroyed',
            run: async (row) => {
              const created = await row.deploy(idleProgram(), { start: false });
              await row.driver.destroyContainer(created);
              await row.failure(row.driver.getContainer(created), 'not-found');
            },
          } satisfies Row,
        ]
      : []),
    {
      id: 'destroy.twice',
      promise: 'destroying again, also at once, is no error',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        await Promise.all(Array.from({ length: 4 }, () => row.driver.destroyContainer(container)));
        await row.driver.destroyContainer(container);
        await (await row.connect()).destroyContainer(container);
        await row.failure(row.driver.getContainer(container), 'not-found');
      },
    },
    {
      id: 'destroy.others',
      promise: capabilities.destroy === 'immediate' ? 'nobody sees it any more' : 'to others it is not running any more',
      run: async (row) => {
        const other = await row.connect();
        const container = await row.deploy(idleProgram());
        await row.driver.destroyContainer(container);
        if (capabilities.destroy === 'immediate') {
          await row.failure(other.getContainer(container), 'not-found');
          row.expect(await row.listed(other)).toEqual([]);
          return;
        }
        await row.eventually(async () => {
          const seen = await row.listed(other);
          row.expect(seen.filter(({ state }) => state !== 'stopped')).toEqual([]);
        });
      },
    },
    {
      id: 'destroy.others-stay',
      promise: 'nothing but what was named is destroyed',
      run: async (row) => {
        const [kept, gone] = await Promise.all([row.deployReady(), row.deploy(idleProgram())]);
        await row.driver.destroyContainer(gone);
        row.expect((await row.driver.getContainer(kept)).state).toBe('running');
      },
    },
  ];
}
