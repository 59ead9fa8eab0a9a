import type { RunContainer } from '@cloud/aws-fake';
import { memoryDriver } from '@cloud/driver-memory';
import type { Session } from '../session/session.js';
import type { Stop } from './stop.js';

/** Not a secret: the fake takes any. The account's own are neither read nor sent. */
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' };

/**
 * Amazon ECS as the bundled strict fake plays it, on a port of this machine: the driver speaks AWS's protocol to it, and the tasks
 * are programs of the embedded engine.
 */
export async function ecsFakeStop(session: Session): Promise<Stop> {
  const { startAwsFake } = await import('@cloud/aws-fake');
  const engine = await memoryDriver.connect({});
  const fake = await startAwsFake({ run: runOn(engine) });
  const driver = await session.registry.connect('ecs', {
    region: fake.region,
    endpoint: fake.endpoint,
    credentials: CREDENTIALS,
    executionRoleArn: `arn:aws:iam::${fake.accountId}:role/ecsTaskExecutionRole`,
    pollInterval: { minMs: 20, maxMs: 200 },
    logDrainMs: 200,
  });
  return {
    title: 'ecs (fake)',
    about: `Amazon ECS played by the bundled fake at ${fake.endpoint}; no AWS account is touched`,
    driver,
    leave: async () => {
      await driver.close();
      await fake.stop();
      await engine.close();
    },
  };
}

/** Runs the tasks of the fake on an engine. */
function runOn(engine: Awaited<ReturnType<typeof memoryDriver.connect>>): RunContainer {
  return async ({ image, entryPoint, command, environment, terminate, kill, onOutput }) => {
    const container = await engine.deployContainer({
      image,
      env: environment,
      ...(entryPoint === undefined ? {} : { entrypoint: entryPoint }),
      ...(command === undefined ? {} : { command }),
    });
    const stop = () => void engine.stopContainer(container, { gracePeriodSeconds: 1 }).catch(gone);
    const destroy = () => void engine.destroyContainer(container).catch(gone);
    terminate.addEventListener('abort', stop, { once: true });
    kill.addEventListener('abort', destroy, { once: true });
    for await (const chunk of engine.getContainerLogs(container, { follow: true }).bytes()) onOutput(chunk);
    const { exit } = await engine.waitForContainer(container, { until: 'stopped' });
    await engine.destroyContainer(container);
    return exit?.code === undefined ? {} : { exitCode: exit.code };
  };
}

/** The fake has given the task up, or the tour has ended: there is nothing left to stop. */
function gone(): void {}
