import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

/** Rows about `idempotencyKey`. */
export function idempotencyRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (capabilities.deploy.idempotencyKey.support === 'unsupported') return [];
  return [
    {
      id: 'idempotency.same',
      promise: 'the same key and options give the same container, from every connection, named or not',
      run: async (row) => {
        const options = row.deployOptions(idleProgram(), { idempotencyKey: row.uniqueName(), env: { B: '2', A: '1' } });
        const first = row.track(await row.driver.deployContainer(options));
        const again = row.track(await (await row.connect()).deployContainer({ ...options, env: { A: '1', B: '2' } }));
        row.expect(again.id).toBe(first.id);
        const { name: _name, ...unnamed } = { ...options, idempotencyKey: row.uniqueName() };
        const generated = row.track(await row.driver.deployContainer(unnamed));
        row.expect(row.track(await row.driver.deployContainer(unnamed)).id).toBe(generated.id);
        await row.eventually(async () => row.expect((await row.listed()).length).toBe(2));
      },
    },
    {
      id: 'idempotency.stopped',
      promise: 'the same key gives the same container also when that has ended',
      run: async (row) => {
        const options = row.deployOptions([{ do: 'exit', code: 4 }], { idempotencyKey: row.uniqueName() });
        const first = row.track(await row.driver.deployContainer(options));
        await row.driver.waitForContainer(first, { until: 'stopped' });
        const again = row.track(await row.driver.deployContainer(options));
        row.expect(again.id).toBe(first.id);
        row.expect(again.exit?.code).toBe(4);
      },
    },
    {
      id: 'idempotency.other-options',
      promise: 'the same key with other options is a conflict, and nothing is deployed',
      run: async (row) => {
        const options = row.deployOptions(idleProgram(), { idempotencyKey: row.uniqueName(), env: { MODE: 'one' } });
        const first = row.track(await row.driver.deployContainer(options));
        await row.failure(row.driver.deployContainer({ ...options, env: { MODE: 'two' } }), 'conflict');
        await row.failure(row.driver.deployContainer({ ...options, name: row.uniqueName() }), 'conflict');
        await row.eventually(async () => row.expect((await row.listed()).map(({ id }) => id)).toEqual([first.id]));
      },
    },
    {
      id: 'idempotency.at-once',
      promise: 'eight deploys with one key at once give one container',
      run: async (row) => {
        const options = row.deployOptions(idleProgram(), { idempotencyKey: row.uniqueName() });
        const containers = await Promise.all(Array.from({ length: 8 }, async () => row.track(await row.driver.deployContainer(options))));
        row.expect(new Set(containers.map(({ id }) => id)).size).toBe(1);
        await row.eventually(async () => row.expect((await row.listed()).length).toBe(1));
      },
    },
    {
      id: 'idempotency.after-destroy',
      promise: 'a key is free again once its container is destroyed',
      run: async (row) => {
        const options = row.deployOptions(idleProgram(), { idempotencyKey: row.uniqueName() });
        const first = await row.driver.deployContainer(options);
        await row.driver.destroyContainer(first);
        const second = row.track(await row.driver.deployContainer(options));
        row.expect(second.id === first.id).toBe(false);
        row.expect((await row.driver.getContainer(second)).name).toBe(first.name);
      },
    },
  ];
}
