import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { pause } from '../row-context.js';

/** Rows about waiting, and about exit codes. */
export function waitRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    ...[0, 1, 137, 143, 255].map(
      (code): Row => ({
        id: `wait.exit-code-${code}`,
        promise: `a program that returns ${code} is stopped with ${code}`,
        run: async (row) => {
          const ended = await row.runToEnd([{ do: 'exit', code }]);
          row.expect(ended.state).toBe('stopped');
          row.expect(ended.exit?.code).toBe(code);
          row.expect((await row.driver.getContainer(ended)).exit?.code).toBe(code);
        },
      }),
    ),
    {
      id: 'wait.short-jobs',
      promise: 'jobs that end before anybody looks are never missed, whatever is waited for',
      run: async (row) => {
        const jobs = await Promise.all(Array.from({ length: 8 }, (_, index) => row.deploy([{ do: 'exit', code: index }])));
        const atOnce = await Promise.all(jobs.map((job) => row.driver.waitForContainer(job, { until: 'stopped' })));
        row.expect(atOnce.map(({ exit }) => exit?.code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        const running = await Promise.all(jobs.map((job) => row.driver.waitForContainer(job, { until: 'running' })));
        row.expect(running.map(({ exit }) => exit?.code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        const late = await Promise.all(jobs.map((job) => row.driver.waitForContainer(job, { until: 'stopped' })));
        row.expect(late.map(({ state, exit }) => `${state} ${exit?.code}`)).toEqual(jobs.map((_, index) => `stopped ${index}`));
      },
    },
    {
      id: 'wait.running',
      promise: 'waiting for running gives it running, with no exit code',
      run: async (row) => {
        const container = await row.driver.waitForContainer(await row.deploy(idleProgram()), { until: 'running' });
        row.expect(container.state).toBe('running');
        row.expect(container.exit?.code).toBe(undefined);
        row.expect((await row.driver.waitForContainer(container, { until: 'running' })).state).toBe('running');
      },
    },
    {
      id: 'wait.many',
      promise: 'several may wait for one container, through one connection or several',
      run: async (row) => {
        const container = await row.deploy([
          { do: 'sleep', milliseconds: 300 },
          { do: 'exit', code: 8 },
        ]);
        const other = await row.connect();
        const drivers = [row.driver, row.driver, other];
        const ended = await Promise.all(drivers.map((driver) => driver.waitForContainer(container, { until: 'stopped' })));
        row.expect(ended.map(({ exit }) => exit?.code)).toEqual([8, 8, 8]);
      },
    },
    {
      id: 'wait.deadline',
      promise: 'a deadline that passes is a timeout, and the container goes on',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        const waiting = row.driver.waitForContainer(container, { until: 'stopped', timeoutMs: 50 });
        const error = await row.failure(row.promptly(waiting, 'The wait'), 'timeout');
        row.expect(error.retryable).toBe(true);
        row.expect((await row.driver.getContainer(container)).state === 'stopped').toBe(false);
      },
    },
    {
      id: 'wait.healthy-without-check',
      promise: 'waiting for healthy without a health check is invalid-argument',
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        await row.failure(row.promptly(row.driver.waitForContainer(container, { until: 'healthy' }), 'The wait'), 'invalid-argument');
      },
    },
    {
      id: 'wait.miss',
      promise: 'waiting for what is destroyed is not-found',
      run: async (row) => {
        const container = await row.driver.deployContainer(row.deployOptions(idleProgram()));
        await row.driver.destroyContainer(container);
        await row.failure(row.promptly(row.driver.waitForContainer(container, { until: 'stopped' }), 'The wait'), 'not-found');
      },
    },
    {
      id: 'wait.destroyed-meanwhile',
      promise: 'a wait for a container that is destroyed meanwhile is over: stopped, or not-found',
      run: async (row) => {
        const container = await row.deployReady();
        const waiting = row.driver.waitForContainer(container, { until: 'stopped' }).catch((error: unknown) => error);
        await pause(50);
        await row.driver.destroyContainer(container);
        const outcome = await row.promptly(waiting, 'The wait');
        if (outcome instanceof Error) await row.failure(Promise.reject(outcome), 'not-found');
        else row.expect((outcome as { state: string }).state).toBe('stopped');
      },
    },
    ...(capabilities.startLater
      ? [
          {
            id: 'wait.never-started',
            promise: 'waiting for what was never started is refused, saying so',
            run: async (row) => {
              const container = await row.deploy(idleProgram(), { start: false });
              for (const until of ['running', 'stopped'] as const) {
                await row.failure(row.promptly(row.driver.waitForContainer(container, { until }), 'The wait'), 'precondition-failed');
              }
            },
          } satisfies Row,
        ]
      : []),
  ];
}
