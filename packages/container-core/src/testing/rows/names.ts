import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

const AT_ONCE = 8;

/** Rows about names: taken ones, shared ones, free ones. */
export function nameRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return capabilities.uniqueNames
    ? [
        {
          id: 'names.conflict',
          promise: 'a name that is taken is a conflict; its holder is neither given out nor touched',
          run: async (row) => {
            const holder = await row.deploy(idleProgram());
            const error = await row.failure(
              row.driver.deployContainer(row.deployOptions(idleProgram(), { name: holder.name })),
              'conflict',
            );
            row.expect(error.message.includes(holder.name)).toBe(true);
            row.expect((await row.listed()).map(({ id }) => id)).toEqual([holder.id]);
          },
        },
        {
          id: 'names.eight-at-once',
          promise: 'of eight deploys of one name at once one wins and seven are a conflict',
          run: async (row) => {
            const name = row.uniqueName();
            const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => row.deploy(idleProgram(), { name })));
            const winners = outcomes.filter(({ status }) => status === 'fulfilled');
            for (const outcome of outcomes)
              if (outcome.status === 'rejected') await row.failure(Promise.reject(outcome.reason), 'conflict');
            row.expect(winners.length).toBe(1);
            const [winner] = await row.listed();
            row.expect((await row.listed()).length).toBe(1);
            row.expect(winner?.name).toBe(name);
            row.expect(['pending', 'running']).toContain(winner?.state);
          },
        },
        nameIsFreeAgain,
      ]
    : [
        {
          id: 'names.shared',
          promise: 'one name may be given twice, and each container is its own',
          run: async (row) => {
            const first = await row.deploy(idleProgram());
            const second = await row.deploy(idleProgram(), { name: first.name });
            row.expect(first.id === second.id).toBe(false);
            row.expect(second.name).toBe(first.name);
            await row.driver.destroyContainer(first);
            await row.failure(row.driver.getContainer(first), 'not-found');
            row.expect((await row.driver.getContainer(second)).id).toBe(second.id);
          },
        },
        {
          id: 'names.eight-at-once',
          promise: 'eight deploys of one name at once make eight containers',
          run: async (row) => {
            const name = row.uniqueName();
            const containers = await Promise.all(Array.from({ length: AT_ONCE }, () => row.deploy(idleProgram(), { name })));
            row.expect(new Set(containers.map(({ id }) => id)).size).toBe(AT_ONCE);
            await row.eventually(async () => row.expect((await row.driver.listContainers({ name })).length).toBe(AT_ONCE));
          },
        },
        nameIsFreeAgain,
      ];
}

const nameIsFreeAgain: Row = {
  id: 'names.free-after-destroy',
  promise: 'the name of a destroyed container can be used at once',
  run: async (row) => {
    const first = await row.deploy(idleProgram());
    await row.driver.destroyContainer(first);
    const second = await row.deploy(idleProgram(), { name: first.name });
    row.expect(second.name).toBe(first.name);
    row.expect(second.id === first.id).toBe(false);
  },
};
