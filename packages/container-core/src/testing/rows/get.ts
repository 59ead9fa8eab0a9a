import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

/** Ids that must be encoded or refused, never break out of a path. */
const CRAFTED_IDS = ['../../version', '%2e%2e%2fversion', 'a?b=c', 'a#b', 'a b', 'a/../b', '//host/path', 'ü', '.', '..'];

/** Rows about reading one container. */
export function getRows(): readonly Row[] {
  return [
    {
      id: 'get.round-trip',
      promise: 'every id that deploy or list gave can be read, as text and as a container',
      run: async (row) => {
        const deployed = await row.deploy(idleProgram());
        await row.eventually(async () => row.expect((await row.listed()).map(({ id }) => id)).toEqual([deployed.id]));
        const [listed] = await row.listed();
        for (const reference of [deployed.id, deployed, { id: listed?.id ?? '' }]) {
          const container = await row.driver.getContainer(reference);
          row.expect(container.id).toBe(deployed.id);
          row.expect(container.name).toBe(deployed.name);
          row.expect(container.labels).toEqual(deployed.labels);
          row.expect(container.image.reference).toBe(deployed.image.reference);
        }
      },
    },
    {
      id: 'get.miss',
      promise: 'an id that nothing has is not-found',
      run: async (row) => {
        const container = await row.driver.deployContainer(row.deployOptions(idleProgram()));
        await row.driver.destroyContainer(container);
        const error = await row.failure(row.driver.getContainer(container.id), 'not-found');
        row.expect(error.operation).toBe('getContainer');
        row.expect(error.retryable).toBe(false);
      },
    },
    {
      id: 'get.crafted-id',
      promise: 'an id made up to break out of a path is refused or not-found',
      run: async (row) => {
        for (const id of CRAFTED_IDS) await row.failure(row.driver.getContainer(id), 'not-found', 'invalid-argument');
        await row.failure(row.driver.getContainer('a\nb'), 'invalid-argument');
        await row.failure(row.driver.getContainer('x'.repeat(2_000_000)), 'invalid-argument');
      },
    },
    {
      id: 'get.dates',
      promise: 'times are in order: created, started, finished',
      run: async (row) => {
        const began = Date.now();
        const ended = await row.runToEnd([{ do: 'sleep', milliseconds: 50 }]);
        const times = [ended.createdAt, ended.startedAt, ended.finishedAt]
          .filter((time) => time !== undefined)
          .map((time) => time.getTime());
        row.expect(times).toEqual([...times].sort((left, right) => left - right));
        // Clocks of providers differ a little from ours.
        for (const time of times) row.expect(Math.abs(time - began) < 300_000).toBe(true);
      },
    },
  ];
}
