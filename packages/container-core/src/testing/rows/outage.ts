import type { DefinedDriver } from '../../driver-kit/define-driver.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { everyDeclaredCall } from '../every-call.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

/** Rows about a provider that does not answer. */
export function outageRows({ createUnreachableDriver }: ConformanceOptions): readonly Row[] {
  if (createUnreachableDriver === undefined) return [];
  return [
    {
      id: 'outage.every-call',
      promise: 'when nothing answers every call says so: unavailable, never an empty list or a success',
      run: async (row) => {
        const driver = (await createUnreachableDriver()) as DefinedDriver;
        const container = await row.deploy(idleProgram());
        try {
          for (const { name, call } of everyDeclaredCall(driver, container.id, row.deployOptions(idleProgram()))) {
            const error = await row.failure(named(name, call({ timeoutMs: 20_000 })), 'unavailable', 'timeout', 'connection-lost');
            row.expect(error.retryable).toBe(true);
          }
        } finally {
          await driver.close();
        }
      },
    },
  ];
}

/** Says which call it was that did not fail. */
async function named(name: string, work: Promise<unknown>): Promise<never> {
  await work;
  throw new Error(`${name} was carried out although nothing answers.`);
}
