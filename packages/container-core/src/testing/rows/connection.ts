import type { ConformanceOptions } from '../conformance-options.js';
import { everyDeclaredCall } from '../every-call.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect, rejection } from '../row-context.js';

/** Rows about a driver as such: what it declares, whether it is there, how it is closed. */
export function connectionRows(_options: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'connection.declaration',
      promise: 'the driver declares what the suite was told',
      run: async (row) => {
        row.expect(row.driver.capabilities).toEqual(row.capabilities);
        row.expect(row.driver.provider).toMatch(/^[a-z][a-z0-9-]*$/);
      },
    },
    {
      id: 'connection.ping',
      promise: 'ping says what answered',
      run: async (row) => {
        const info = await row.driver.ping();
        row.expect(info.provider).toBe(row.driver.provider);
      },
    },
    {
      id: 'connection.independent',
      promise: 'what one connection deploys, another one sees',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        const other = await row.connect();
        await row.eventually(async () => row.expect((await other.getContainer(container.id)).name).toBe(container.name));
        await row.eventually(async () => row.expect((await row.listed(other)).map(({ id }) => id)).toEqual([container.id]));
      },
    },
    {
      id: 'connection.closed',
      promise: 'after close() every call is refused with invalid-argument, and containers stay',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        const other = await row.connect();
        await other.close();
        for (const { name, call } of everyDeclaredCall(other, container.id, row.deployOptions(idleProgram()))) {
          const error = await row.failure(call({}), 'invalid-argument');
          row.expect(`${name}: ${error.message}`).toMatch(/clos/);
        }
        row.expect((await row.driver.getContainer(container)).state === 'stopped').toBe(false);
      },
    },
    {
      id: 'connection.close-twice',
      promise: 'close() may be called again, and is what `await using` calls',
      run: async (row) => {
        const other = await row.connect();
        await Promise.all([other.close(), other.close()]);
        await other.close();
        const disposed = await row.connect();
        await disposed[Symbol.asyncDispose]();
        await row.failure(disposed.ping(), 'invalid-argument');
      },
    },
    {
      id: 'connection.close-under-way',
      promise: 'close() ends what is under way',
      run: async (row) => {
        const container = await row.deployReady();
        const other = await row.connect();
        const waiting = rejection(other.waitForContainer(container, { until: 'stopped' }));
        const following = rejection(collect(other.getContainerLogs(container, { follow: true })));
        await other.ping();
        await row.promptly(other.close(), 'close()');
        await row.failure(Promise.reject(await row.promptly(waiting, 'The wait')));
        await row.failure(Promise.reject(await row.promptly(following, 'The log stream')));
      },
    },
  ];
}
