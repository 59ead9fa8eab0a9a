import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';

/** Rows about the group `signals`. */
export function signalRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('signals')) return [];
  return [
    {
      id: 'signals.kill',
      promise: 'without a name the signal is SIGKILL, which nothing withstands: 137',
      run: async (row) => {
        const container = await row.deployReady();
        await row.driver.killContainer(container);
        const ended = await row.driver.waitForContainer(container, { until: 'stopped' });
        row.expect(ended.exit?.code).toBe(137);
      },
    },
    ...['SIGTERM', 'term', '15'].map(
      (killSignal): Row => ({
        id: `signals.${killSignal}`,
        promise: `${killSignal} reaches the program, which ends as it likes`,
        run: async (row) => {
          const container = await row.deployReady(idleProgram(7));
          await row.driver.killContainer(container, { killSignal: killSignal });
          const ended = await row.driver.waitForContainer(container, { until: 'stopped' });
          row.expect(ended.exit?.code).toBe(7);
        },
      }),
    ),
    {
      id: 'signals.not-running',
      promise: 'a container that does not run is precondition-failed, one that is gone not-found',
      run: async (row) => {
        const ended = await row.runToEnd([]);
        await row.failure(row.driver.killContainer(ended), 'precondition-failed');
        await row.driver.destroyContainer(ended);
        await row.failure(row.driver.killContainer(ended), 'not-found');
      },
    },
    {
      id: 'signals.validation',
      promise: 'what is no signal is invalid-argument',
      run: async (row) => {
        const container = await row.deployReady();
        for (const killSignal of ['', 'SIG', '0', '65', '-9', 'KILL; true']) {
          await row.failure(row.driver.killContainer(container, { killSignal: killSignal }), 'invalid-argument');
        }
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    },
  ];
}
