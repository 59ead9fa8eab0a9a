import type { DeployOptions } from '../../types/deploy-options.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, printProgram, reluctantProgram } from '../program.js';
import type { Row } from '../row.js';

/** Rows about starting, stopping and restarting. */
export function startStopRows({ capabilities }: ConformanceOptions): readonly Row[] {
  const replaces = capabilities.restart === 'replace';
  return [
    {
      id: 'start.running',
      promise: 'starting a running container does nothing',
      run: async (row) => {
        const container = await row.deployReady();
        const started = row.track(await row.driver.startContainer(container));
        row.expect(started.id).toBe(container.id);
        row.expect(started.startedAt).toEqual(container.startedAt);
        row.expect((await row.listed()).length).toBe(1);
      },
    },
    {
      id: 'start.stopped',
      promise: `starting a stopped container ${replaces ? 'gives a new one that replaces it' : 'runs it again'}, as it was deployed`,
      run: async (row) => {
        const ended = await row.runToEnd(
          printProgram('run\n', 5),
          capabilities.deploy.env.support === 'unsupported' ? {} : { env: { KEPT: 'yes' } },
        );
        const again = row.track(await row.driver.startContainer(ended));
        row.expect(again.id === ended.id).toBe(!replaces);
        row.expect(again.name).toBe(ended.name);
        row.expect(again.labels).toEqual(ended.labels);
        row.expect(again.image.reference).toBe(ended.image.reference);
        const endedAgain = await row.driver.waitForContainer(again, { until: 'stopped' });
        row.expect(endedAgain.exit?.code).toBe(5);
        row.expect(await row.lines(again)).toEqual(replaces ? ['run'] : ['run', 'run']);
        await row.eventually(async () => row.expect((await row.listed()).map(({ id }) => id)).toEqual([again.id]));
      },
    },
    ...(replaces
      ? [
          {
            id: 'start.replaced',
            promise: 'the container that was replaced names the one that took its place, and is not listed',
            run: async (row) => {
              const ended = await row.runToEnd([]);
              const again = row.track(await row.driver.startContainer(ended));
              row.expect((await row.listed()).some(({ id }) => id === ended.id)).toBe(false);
              row.expect((await row.driver.getContainer(ended)).replacedBy).toBe(again.id);
              row.expect(again.replacedBy).toBe(undefined);
            },
          } satisfies Row,
        ]
      : []),
    {
      id: 'start.miss',
      promise: 'start, stop and restart of what is destroyed is not-found',
      run: async (row) => {
        const container = await row.driver.deployContainer(row.deployOptions(idleProgram()));
        await row.driver.destroyContainer(container);
        await row.failure(row.driver.startContainer(container), 'not-found');
        await row.failure(row.driver.stopContainer(container), 'not-found');
        await row.failure(row.driver.restartContainer(container), 'not-found');
      },
    },
    ...[0, 1, 137, 143].map(
      (code): Row => ({
        id: `stop.exit-code-${code}`,
        promise: `stop is polite: a program that ends with ${code} then is stopped with ${code}`,
        run: async (row) => {
          const container = await row.deployReady(idleProgram(code));
          const stopped = await row.driver.stopContainer(container);
          row.expect(stopped.id).toBe(container.id);
          row.expect(stopped.state).toBe('stopped');
          row.expect(stopped.exit?.code).toBe(code);
          row.expect((await row.driver.getContainer(container)).exit?.code).toBe(code);
        },
      }),
    ),
    {
      id: 'stop.twice',
      promise: 'stopping again, also at once, changes nothing',
      run: async (row) => {
        const container = await row.deployReady(idleProgram(1));
        const both = await Promise.all([row.driver.stopContainer(container), row.driver.stopContainer(container)]);
        const again = await row.driver.stopContainer(container);
        for (const stopped of [...both, again]) {
          row.expect(stopped.id).toBe(container.id);
          row.expect(stopped.state).toBe('stopped');
          row.expect(stopped.exit?.code).toBe(1);
        }
      },
    },
    {
      id: 'stop.ended',
      promise: 'stopping what has ended by itself keeps its exit code',
      run: async (row) => {
        const ended = await row.runToEnd([{ do: 'exit', code: 6 }]);
        const stopped = await row.driver.stopContainer(ended);
        row.expect(stopped.state).toBe('stopped');
        row.expect(stopped.exit?.code).toBe(6);
      },
    },
    ...graceRows(capabilities.stop.gracePerCall, capabilities.deploy.stopTimeoutSeconds.support === 'enforced'),
    {
      id: 'restart.running',
      promise: 'restart stops politely and starts again',
      run: async (row) => {
        const container = await row.deployReady();
        const again = row.track(await row.driver.restartContainer(container));
        row.expect(again.id === container.id).toBe(!replaces);
        row.expect(again.name).toBe(container.name);
        await row.untilReady(again, replaces ? 0 : 1);
        row.expect((await row.driver.getContainer(again)).state).toBe('running');
        await row.eventually(async () => row.expect((await row.listed()).map(({ id }) => id)).toEqual([again.id]));
      },
    },
    {
      id: 'restart.stopped',
      promise: 'restart starts what was stopped',
      run: async (row) => {
        const ended = await row.runToEnd(printProgram('run\n'));
        const again = row.track(await row.driver.restartContainer(ended));
        row.expect(again.name).toBe(ended.name);
        row.expect((await row.driver.waitForContainer(again, { until: 'stopped' })).exit?.code).toBe(0);
        row.expect(await row.lines(again)).toEqual(replaces ? ['run'] : ['run', 'run']);
      },
    },
  ];
}

function graceRows(perCall: boolean, perDeploy: boolean): Row[] {
  const killed = (id: string, promise: string, deploy: Partial<DeployOptions>, stop: { gracePeriodSeconds?: number }): Row => ({
    id,
    promise,
    run: async (row) => {
      const container = await row.deployReady(reluctantProgram(), deploy);
      const stopped = await row.driver.stopContainer(container, stop);
      row.expect(stopped.state).toBe('stopped');
      row.expect(stopped.exit?.code).toBe(137);
    },
  });
  const rows: Row[] = [];
  if (perDeploy) {
    rows.push(
      killed(
        'stop.grace-of-deploy',
        'after stopTimeoutSeconds a program that takes longer to end is killed: 137',
        { stopTimeoutSeconds: 1 },
        {},
      ),
    );
  }
  if (perCall) {
    rows.push(
      killed(
        'stop.grace-of-call',
        'after gracePeriodSeconds a program that takes longer to end is killed: 137',
        {},
        { gracePeriodSeconds: 1 },
      ),
      killed('stop.no-grace', 'a grace period of 0 kills at once: 137', {}, { gracePeriodSeconds: 0 }),
    );
  } else {
    rows.push({
      id: 'stop.grace-refused',
      promise: 'a grace period per call is unsupported, with no side effect',
      run: async (row) => {
        const container = await row.deployReady();
        const stopping = row.driver.stopContainer(container, { gracePeriodSeconds: 1 });
        row.expect((await row.failure(stopping, 'unsupported')).message).toMatch(/gracePeriodSeconds/);
        await row.failure(row.driver.restartContainer(container, { gracePeriodSeconds: 1 }), 'unsupported');
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    });
  }
  return rows;
}
