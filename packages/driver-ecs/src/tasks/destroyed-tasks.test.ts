import { setTimeout as sleep } from 'node:timers/promises';
import type { ECS } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { EcsDriver } from '../ecs-driver.js';
import { startConnection } from '../test-support/connection.js';
import { sdkOf } from '../test-support/sdk-of.js';

/** A program that is over at once. */
const run = async () => 0;
const JOB = { name: 'job', image: 'busybox' };

const runToEnd = async (driver: EcsDriver) => driver.waitForContainer(await driver.deployContainer(JOB), { until: 'stopped' });
const idsOf = async (driver: EcsDriver) => (await driver.listContainers()).map(({ id }) => id);

const definitionsOf = async (ecs: ECS) => (await ecs.listTaskDefinitions({})).taskDefinitionArns ?? [];

async function tagsOf(ecs: ECS): Promise<Record<string, string | undefined>> {
  const [taskDefinition] = await definitionsOf(ecs);
  const { tags = [] } = await ecs.describeTaskDefinition({ taskDefinition, include: ['TAGS'] });
  return Object.fromEntries(tags.map(({ key = '', value }) => [key, value]));
}

it('lists nowhere one of several that had ended before it was destroyed; the last one takes the definition with it', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  const ecs = sdkOf(fake);
  const [first, second, third] = [await runToEnd(driver), await runToEnd(driver), await runToEnd(driver)];
  fake.calls.clear();
  await driver.destroyContainer(first);
  expect(fake.calls.counts()).toMatchObject({ TagResource: 1 });
  expect(new Set(await idsOf(await connect()))).toEqual(new Set([second.id, third.id]));
  expect((await definitionsOf(ecs)).length).toBe(1);

  await (await connect()).destroyContainer(second);
  expect(await idsOf(driver)).toEqual([third.id]);
  expect(await idsOf(await connect())).toEqual([third.id]);

  await (await connect()).destroyContainer(third);
  expect(await idsOf(await connect())).toEqual([]);
  expect(await definitionsOf(ecs)).toEqual([]);
});

it('leaves no definition when connections destroy the last ones at the same time', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  const ended = await Promise.all([1, 2, 3, 4].map(() => runToEnd(driver)));
  const connections = await Promise.all(ended.map(() => connect()));
  await Promise.all(ended.map((container, index) => connections[index]?.destroyContainer(container)));
  expect(await idsOf(driver)).toEqual([]);
  expect(await definitionsOf(sdkOf(fake))).toEqual([]);
});

it('lists nowhere one that was stopped before it was destroyed, beside one that runs', async () => {
  const { driver, connect } = await startConnection();
  const [gone, stays] = [await driver.deployContainer(JOB), await driver.deployContainer(JOB)];
  await driver.stopContainer(gone);
  await driver.destroyContainer(gone);
  expect(await idsOf(await connect())).toEqual([stays.id]);
});

it('leaves no definition when one connection restarted a container and another destroys it', async () => {
  const { fake, driver, connect } = await startConnection();
  const restarted = await driver.restartContainer(await driver.deployContainer(JOB));
  await (await connect()).destroyContainer(restarted);
  expect(await idsOf(await connect())).toEqual([]);
  expect(await definitionsOf(sdkOf(fake))).toEqual([]);
});

it('leaves no definition when the connection that deployed a container destroys it after another one restarted it', async () => {
  const { fake, driver, connect } = await startConnection();
  const restarted = await (await connect()).restartContainer(await driver.deployContainer(JOB));
  await driver.destroyContainer(restarted);
  expect(await idsOf(driver)).toEqual([]);
  expect(await definitionsOf(sdkOf(fake))).toEqual([]);
});

it('tags nothing when the reason of the stop tells, or when the definition goes', async () => {
  const { fake, driver } = await startConnection();
  const [first, second] = [await driver.deployContainer(JOB), await driver.deployContainer(JOB)];
  await driver.destroyContainer(first);
  await driver.stopContainer(second);
  await driver.destroyContainer(second);
  expect(fake.calls.count('TagResource')).toBe(0);
});

it('removes marks that are older than what ECS shows, and leaves everybody else’s tags', async () => {
  const { fake, driver } = await startConnection({ run });
  const ecs = sdkOf(fake);
  const [ended] = [await runToEnd(driver), await runToEnd(driver)];
  const [resourceArn] = await definitionsOf(ecs);
  const old = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await ecs.tagResource({
    resourceArn,
    tags: [
      { key: 'cloud-container/destroyed/0123', value: old },
      { key: 'team', value: old },
    ],
  });
  await driver.destroyContainer(ended);
  const tags = await tagsOf(ecs);
  expect(Object.keys(tags)).toEqual(['team', expect.stringMatching(/^cloud-container\/destroyed\/[0-9a-f]{32}$/)]);
});

it('destroys a container whose definition can take no more tags', async () => {
  const { fake, driver } = await startConnection({ run });
  const ecs = sdkOf(fake);
  const [ended, other] = [await runToEnd(driver), await runToEnd(driver)];
  const [resourceArn] = await definitionsOf(ecs);
  await ecs.tagResource({ resourceArn, tags: Array.from({ length: 50 }, (_, index) => ({ key: `tag-${index}`, value: '' })) });
  await driver.destroyContainer(ended);
  expect(await idsOf(driver)).toEqual([other.id]);
});

it('asks for no more the more often a job has been run', async () => {
  const { fake, driver } = await startConnection({ run });
  const requests: number[] = [];
  for (let round = 0; round < 5; round++) {
    const ended = await runToEnd(driver);
    fake.calls.clear();
    await driver.destroyContainer(ended);
    requests.push(fake.calls.count());
  }
  expect(new Set(requests).size).toBe(1);
});

it('asks for one thing more when another connection ran the job before, however often', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  for (let round = 0; round < 3; round++) await driver.destroyContainer(await runToEnd(driver));
  const other = await connect();
  const ended = await runToEnd(other);
  fake.calls.clear();
  await other.destroyContainer(ended);
  const { DescribeTasks: _described, ...counts } = fake.calls.counts();
  expect(counts).toEqual({ ListTasks: 2, ListTaskDefinitions: 2, DeregisterTaskDefinition: 1, DeleteTaskDefinitions: 1 });
});

it('keeps a container whose definition another process deleted before ECS showed the container', async () => {
  const { fake, driver, connect } = await startConnection();
  const last = await driver.deployContainer(JOB);
  fake.ecs.invisibleMs = 200;
  const other = await connect();
  const quick = await other.deployContainer(JOB);
  const second = await other.deployContainer(JOB);
  await driver.destroyContainer(last);
  expect(fake.calls.count('DeleteTaskDefinitions')).toBe(1);
  await sleep(300);
  await other.stopContainer(quick);
  expect(new Set(await idsOf(await connect()))).toEqual(new Set([quick.id, second.id]));
  fake.ecs.invisibleMs = 0;
  const again = await (await connect()).startContainer(quick);
  expect(new Set(await idsOf(await connect()))).toEqual(new Set([again.id, second.id]));
});

it('takes a container of a cluster that is gone for destroyed', async () => {
  const { driver, connect } = await startConnection();
  await driver.createCluster('short');
  const container = await driver.deployContainer({ ...JOB, cluster: 'short' });
  await driver.destroyCluster('short', { force: true });
  await (await connect()).destroyContainer(container);
});
