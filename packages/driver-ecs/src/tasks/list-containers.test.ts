import { ECS } from '@aws-sdk/client-ecs';
import type { Container } from '@cloud/container-core';
import { expect, it } from 'vitest';
import type { EcsDriver } from '../ecs-driver.js';
import { optionsFor, startConnection } from '../test-support/connection.js';

/** A program that is over at once. */
const run = async () => 0;
const JOB = { name: 'job', image: 'busybox', labels: { team: 'blue' } };

const runToEnd = async (driver: EcsDriver) => driver.waitForContainer(await driver.deployContainer(JOB), { until: 'stopped' });
const idsOf = (containers: readonly Container[]) => containers.map(({ id }) => id);

it('lists nowhere what had ended by itself before it was destroyed', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  const [ended, early] = [await runToEnd(driver), await connect()];
  expect(idsOf(await early.listContainers())).toEqual([ended.id]);
  await driver.destroyContainer(ended);
  expect(await early.listContainers()).toEqual([]);
  expect(await (await connect()).listContainers()).toEqual([]);
  // Who has its id can still read how it ended.
  expect((await early.getContainer(ended)).exit).toMatchObject({ code: 0 });

  fake.calls.clear();
  expect(await early.listContainers()).toEqual([]);
  expect(fake.calls.counts()).toEqual({ ListTasks: 2, DescribeTasks: 1 });
});

it('asks once a listing whether a definition of stopped containers is still there', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  const ended = [await runToEnd(driver), await runToEnd(driver), await runToEnd(driver)];
  const other = await connect();
  for (let round = 0; round < 2; round++) {
    fake.calls.clear();
    expect(idsOf(await other.listContainers()).sort()).toEqual(idsOf(ended).sort());
    expect(fake.calls.counts()).toEqual({ ListTasks: 2, DescribeTasks: 1, DescribeTaskDefinition: 1 });
  }
});

it('lists what has ended while others of its definition are there, and when somebody only deregistered that', async () => {
  const { fake, driver, connect } = await startConnection({ run });
  const [first, second] = [await runToEnd(driver), await runToEnd(driver)];
  const other = await connect();
  await driver.destroyContainer(first);
  expect(idsOf(await driver.listContainers())).toEqual([second.id]);
  expect(idsOf(await other.listContainers())).toContain(second.id);

  const ecs = new ECS(optionsFor(fake));
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({});
  for (const taskDefinition of taskDefinitionArns) await ecs.deregisterTaskDefinition({ taskDefinition });
  expect(idsOf(await other.listContainers())).toContain(second.id);
  ecs.destroy();
});

it('lists the stopped tasks of others whatever became of their definition', async () => {
  const { fake, driver } = await startConnection({ run });
  const ecs = new ECS(optionsFor(fake));
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: 'job-0123456789abcdef',
    containerDefinitions: [{ name: 'job', image: 'busybox', memory: 64 }],
  });
  const { taskDefinitionArn = '' } = taskDefinition ?? {};
  const { tasks = [] } = await ecs.runTask({ taskDefinition: taskDefinitionArn, launchType: 'EC2' });
  const ended = await driver.waitForContainer(tasks[0]?.taskArn ?? '', { until: 'stopped' });
  await ecs.deregisterTaskDefinition({ taskDefinition: taskDefinitionArn });
  await ecs.deleteTaskDefinitions({ taskDefinitions: [taskDefinitionArn] });
  ecs.destroy();
  expect(idsOf(await driver.listContainers())).toEqual([ended.id]);
});

it('frees the key of a container that had ended by itself before it was destroyed', async () => {
  const { driver, connect } = await startConnection({ run });
  const job = { ...JOB, idempotencyKey: 'once' };
  const ended = await driver.waitForContainer(await driver.deployContainer(job), { until: 'stopped' });
  expect((await (await connect()).deployContainer(job)).id).toBe(ended.id);
  await driver.destroyContainer(ended);
  expect((await (await connect()).deployContainer(job)).id).not.toBe(ended.id);
});
