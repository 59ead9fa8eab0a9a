import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

const COUNT = 10_000;

it('serves ten thousand tasks, each once, with addresses of their own', async () => {
  const { fake, ecs, register } = await startHarness({ models: [] });
  await register();
  const seeded = fake.tasks.seed({ taskDefinition: 'web', count: COUNT, tags: { team: 'blue' } });
  const listed: string[] = [];
  const addresses = new Set<string | undefined>();
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(new ListTasksCommand(nextToken === undefined ? {} : { nextToken }));
    listed.push(...(page.taskArns ?? []));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: page.taskArns, include: ['TAGS'] }));
    for (const task of tasks ?? []) {
      expect(task).toMatchObject({ lastStatus: 'RUNNING', tags: [{ key: 'team', value: 'blue' }] });
      addresses.add(task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(listed).toEqual(seeded);
  expect(addresses.size).toBe(COUNT);
  expect(fake.calls.counts()).toMatchObject({ ListTasks: COUNT / 100, DescribeTasks: COUNT / 100 });
});

it('stops seeded tasks, ends programs from outside and takes Spot capacity away', async () => {
  const harness = await startHarness();
  await harness.register();
  const [seeded = ''] = harness.fake.tasks.seed({ taskDefinition: 'web', count: 1 });
  await harness.ecs.send(new StopTaskCommand({ task: seeded }));
  await harness.until(seeded, 'STOPPED');
  const killed = await harness.arnOfRun();
  await harness.until(killed, 'RUNNING');
  harness.fake.tasks.endContainer(killed, 'main', { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' });
  expect((await harness.until(killed, 'STOPPED')).containers?.[0]).toMatchObject({
    exitCode: 137,
    reason: expect.stringContaining('OutOfMemoryError'),
  });
  const interrupted = await harness.arnOfRun();
  await harness.until(interrupted, 'RUNNING');
  harness.fake.tasks.interrupt(interrupted);
  expect(await harness.until(interrupted, 'STOPPED')).toMatchObject({ stopCode: 'SpotInterruption' });
});
