import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { EcsDriver } from '../ecs-driver.js';
import { type Connection, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

/** A definition of somebody else's. */
async function registerJob({ fake }: Connection): Promise<void> {
  await sdkOf(fake).registerTaskDefinition({
    family: 'job',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'job', image: 'busybox' }],
  });
}

const living = async (driver: EcsDriver) => (await driver.listContainers({ states: ['pending', 'running'] })).length;

it('leaves no task when ECS could start some of them only, and does not know those yet', async () => {
  const connection = await startConnection();
  const { fake, driver, connect } = connection;
  await registerJob(connection);
  fake.ecs.invisibleMs = 200;
  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:CPU', count: 3 });
  expect(await failureOf(driver.runTaskDefinition('job', { count: 10 }))).toMatchObject({ code: 'capacity' });
  await sleep(300);
  expect(await living(await connect())).toBe(0);
});

it('leaves no task when ECS is too busy at first to stop them', async () => {
  const connection = await startConnection({}, { retry: { retries: 0 } });
  const { fake, driver } = connection;
  await registerJob(connection);
  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:CPU', count: 3 });
  fake.faults.throttle('StopTask', 9);
  expect(await failureOf(driver.runTaskDefinition('job', { count: 10 }))).toMatchObject({ code: 'capacity' });
  expect(await living(driver)).toBe(0);
});

it('leaves no task when it is aborted in the middle, or a reply is lost', async () => {
  const connection = await startConnection({}, { retry: { retries: 0 } });
  const { fake, driver } = connection;
  await registerJob(connection);
  fake.faults.next('RunTask', { kind: 'slow-body', bytesPerSecond: 1 });
  const reason = new Error('enough');
  await expect(driver.runTaskDefinition('job', { count: 10, signal: abortIn(100, reason) })).rejects.toBe(reason);
  expect(await living(driver)).toBe(0);

  fake.faults.next('RunTask', { kind: 'delay', milliseconds: 0 });
  fake.faults.loseReply('RunTask');
  expect(await failureOf(driver.runTaskDefinition('job', { count: 15 }))).toMatchObject({ code: 'connection-lost' });
  expect(await living(driver)).toBe(0);
});

it('lists of the given tasks those that were not destroyed', async () => {
  const { driver, connect } = await startConnection();
  const [gone, stays] = [await driver.deployContainer({ image: 'nginx' }), await driver.deployContainer({ image: 'nginx' })];
  await driver.destroyContainer(gone);
  for (const each of [driver, await connect()]) {
    expect((await each.listContainersOfTasks([gone.id, stays.id])).map(({ id }) => id)).toEqual([stays.id]);
  }
});

function abortIn(milliseconds: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), milliseconds);
  return controller.signal;
}

it('gives tasks and services tags of their own, and those of the definition where asked', async () => {
  const connection = await startConnection();
  const { fake, driver } = connection;
  await sdkOf(fake).registerTaskDefinition({
    family: 'tagged',
    containerDefinitions: [{ name: 'job', image: 'busybox', memory: 64 }],
    tags: [{ key: 'of', value: 'definition' }],
  });
  const tags = { cost: 'centre' };
  const of = { key: 'of', value: 'definition' };
  const cost = { key: 'cost', value: 'centre' };
  const [container] = await driver.runTaskDefinition('tagged', { launchType: 'EC2', tags, propagateTags: 'TASK_DEFINITION' });
  const { tasks } = await sdkOf(fake).describeTasks({ tasks: [container?.id.split('/').at(-2) ?? ''], include: ['TAGS'] });
  expect(tasks?.[0]?.tags).toEqual(expect.arrayContaining([of, cost]));
  await driver.createService({ name: 'tagged', taskDefinition: 'tagged', launchType: 'EC2', tags });
  await driver.createService({ name: 'propagating', taskDefinition: 'tagged', launchType: 'EC2', propagateTags: 'TASK_DEFINITION' });
  const { services = [] } = await sdkOf(fake).describeServices({ services: ['tagged', 'propagating'], include: ['TAGS'] });
  expect(services.map(({ propagateTags, tags: own }) => ({ propagateTags, own }))).toEqual([
    { propagateTags: 'SERVICE', own: [cost] },
    { propagateTags: 'TASK_DEFINITION', own: [] },
  ]);
  expect(await failureOf(driver.runTaskDefinition('tagged', { propagateTags: 'SERVICE' as never }))).toMatchObject({
    code: 'invalid-argument',
  });
});
