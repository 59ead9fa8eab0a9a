import { type ContainerDriver, ContainerError, run, supports } from '@cloud/container-core';
import type { Step } from './step.js';

/** The image of the tour: it is on every provider, or can be brought there. */
export const TOUR_IMAGE = 'busybox';

/**
 * The program of the tour. It is the same for every provider: it knows none of them.
 *
 * `step` only measures the work that it is given and writes down the answer.
 */
export async function tourProgram(driver: ContainerDriver, step: Step, name: string): Promise<void> {
  await step('ping', async () => {
    const provider = await driver.ping();
    return [provider.name, provider.version].filter(Boolean).join(' ');
  });

  await step('run a job', async () => {
    const { stdout, exitCode } = await run(driver, { image: TOUR_IMAGE, name: `${name}-job`, command: ['echo', 'hello'] });
    if (stdout !== 'hello\n' || exitCode !== 0) throw new Error(`it wrote ${JSON.stringify(stdout)} and ended with ${exitCode}`);
    return `wrote ${stdout.trim()}, exit ${exitCode}`;
  });

  let container = await step('deploy', () =>
    driver.deployContainer({
      image: TOUR_IMAGE,
      name,
      command: ['sleep', '600'],
      labels: { tour: name },
      // The first process of a container takes no notice of SIGTERM unless it asks for it, and sleep does not.
      stopTimeoutSeconds: 1,
    }),
  );
  try {
    await step('wait until it runs', async () => {
      container = await driver.waitForContainer(container, { until: 'running' });
      return container.state;
    });

    await step('list', async () => {
      const found = await driver.listContainers({ labels: { tour: name } });
      if (found.length !== 1) throw new Error(`${found.length} containers were listed, 1 was expected`);
      return `${found.length} container`;
    });

    await step('exec', async () => {
      if (!supports(driver, 'exec')) return step.unsupported;
      const child = await driver.execContainer(container, ['echo', 'hello from inside']);
      const written = Buffer.concat(await child.stdout.toArray())
        .toString()
        .trim();
      return `wrote ${written}, exit ${(await child.exit).code}`;
    });

    await step('restart', async () => {
      const before = container.id;
      container = await driver.restartContainer(container);
      await driver.waitForContainer(container, { until: 'running' });
      return container.id === before ? 'same id' : 'replaced';
    });

    await step('stop', async () => {
      container = await driver.stopContainer(container);
      return container.state;
    });
  } finally {
    await step.cleanUp('destroy', () => driver.destroyContainer(container));
  }

  await step('get it: gone', async () => {
    const error: unknown = await driver.getContainer(container).catch((reason: unknown) => reason);
    if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw new Error('it still is there');
    return error.code;
  });
}
