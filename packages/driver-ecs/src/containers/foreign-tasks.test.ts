import { findContainer, rawOf } from '@cloud/container-core';
import { expect, it } from 'vitest';
import type { EcsRaw } from '../ecs-raw.js';
import { type Connection, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

it('lists each container of another’s task, and takes the task’s plain ARN for the first essential one', async () => {
  const { fake, driver, connect } = await startConnection({ clusters: ['default', 'prod'] });
  const ecs = sdkOf(fake);
  await ecs.registerTaskDefinition({
    family: 'pair',
    containerDefinitions: [
      { name: 'agent', image: 'agent:2', memory: 64, essential: false },
      { name: 'web', image: 'nginx:1.27', memory: 64, dockerLabels: { team: 'blue' } },
    ],
  });
  const { tasks = [] } = await ecs.runTask({ cluster: 'prod', taskDefinition: 'pair', launchType: 'EC2' });
  const taskArn = tasks[0]?.taskArn ?? '';

  const prod = await connect({ cluster: 'prod' });
  const listed = await prod.listContainers();
  expect(listed.map(({ id, name, labels, pod }) => ({ id, name, labels, pod }))).toEqual([
    { id: `${taskArn}/web`, name: 'web', labels: { team: 'blue' }, pod: pairOf(taskArn) },
    { id: `${taskArn}/agent`, name: 'web.agent', labels: {}, pod: pairOf(taskArn) },
  ]);
  expect(await driver.listContainers()).toEqual([]);
  expect((await driver.listContainers({ cluster: 'prod' })).length).toBe(2);
  expect((await driver.listContainersOfTasks([taskArn])).map(({ id }) => id)).toEqual(listed.map(({ id }) => id));

  for (const { id } of listed) expect((await driver.getContainer(id)).id).toBe(id);
  expect((await driver.getContainer(taskArn)).id).toBe(`${taskArn}/web`);
  expect((await prod.getContainer(taskArn.slice(-32))).id).toBe(`${taskArn}/web`);
});

const pairOf = (taskArn: string) => ({ id: taskArn, containers: [`${taskArn}/web`, `${taskArn}/agent`] });

/** A task of two containers that another program has run. */
async function runPair({ fake, driver }: Connection): Promise<string> {
  const ecs = sdkOf(fake);
  await ecs.registerTaskDefinition({
    family: 'pair',
    containerDefinitions: [
      { name: 'agent', image: 'agent:2', memory: 64, essential: false },
      { name: 'web', image: 'nginx:1.27', memory: 64 },
    ],
  });
  const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: 'pair', launchType: 'EC2' });
  const taskArn = task?.taskArn ?? '';
  await driver.waitForContainer(taskArn, { until: 'running' });
  return taskArn;
}

it('has no pod when the task holds one container', async () => {
  const { driver } = await startConnection();
  const deployed = await driver.deployContainer({ name: 'web', image: 'nginx' });
  for (const container of [deployed, await driver.getContainer(deployed), ...(await driver.listContainers())]) {
    expect(container).not.toHaveProperty('pod');
  }
});

it.each(['web', 'agent'])('stops the siblings as well when %s is stopped', async (name) => {
  const connection = await startConnection();
  const taskArn = await runPair(connection);
  const { driver } = connection;
  expect(await driver.stopContainer(`${taskArn}/${name}`)).toMatchObject({ state: 'stopped', pod: pairOf(taskArn) });
  const states = await Promise.all(pairOf(taskArn).containers.map(async (id) => (await driver.getContainer(id)).state));
  expect(states).toEqual(['stopped', 'stopped']);
});

it('destroys the siblings as well when one is destroyed', async () => {
  const connection = await startConnection();
  const taskArn = await runPair(connection);
  await connection.driver.destroyContainer(`${taskArn}/agent`);
  for (const id of pairOf(taskArn).containers)
    expect(await failureOf(connection.driver.getContainer(id))).toMatchObject({ code: 'not-found' });
});

it('leads each id to its own replacement when one of the siblings is started again', async () => {
  const connection = await startConnection();
  const taskArn = await runPair(connection);
  const { driver } = connection;
  await driver.stopContainer(taskArn);
  const again = await driver.startContainer(`${taskArn}/agent`);
  expect(again).toMatchObject({ name: 'web.agent', pod: pairOf(again.pod?.id ?? '') });
  expect((await driver.getContainer(`${taskArn}/agent`)).replacedBy).toBe(again.id);
  expect((await driver.getContainer(`${taskArn}/web`)).replacedBy).toBe(again.pod?.containers[0]);
});

it('finds a sibling by its name, and refuses a name that several tasks have', async () => {
  const connection = await startConnection();
  const taskArn = await runPair(connection);
  expect((await findContainer(connection.driver, 'web.agent')).id).toBe(`${taskArn}/agent`);
  expect((await findContainer(connection.driver, 'agent')).id).toBe(`${taskArn}/agent`);
  expect((await connection.driver.listContainers({ name: 'web.agent' })).map(({ id }) => id)).toEqual([`${taskArn}/agent`]);
  await runPair(connection);
  for (const name of ['web', 'web.agent', 'agent']) {
    expect(await failureOf(findContainer(connection.driver, name))).toMatchObject({ code: 'conflict' });
  }
});

it('starts again just as it was deployed, over a connection that knows nothing of that', async () => {
  const { fake, driver, connect, connectWithout } = await startConnection();
  const [subnet = ''] = fake.network.subnets.map(({ id }) => id);
  const securityGroups = fake.network.groups.map(({ id }) => id);
  const container = await driver.deployContainer({
    name: 'web',
    image: 'nginx:1.27',
    cpu: 0.5,
    memoryMiB: 2048,
    env: { MODE: 'fast' },
    labels: { team: 'blue' },
    providerOptions: {
      ecs: { subnets: [subnet], securityGroups, assignPublicIp: true, platformVersion: '1.4.0', tags: { cost: 'centre' } },
    },
  });
  await driver.stopContainer(container);
  const requestOf = () => fake.calls.all.findLast(({ operation }) => operation === 'RunTask')?.request as Record<string, unknown>;
  const { startedBy: _by, clientToken: _token, taskDefinition: family, ...deployed } = requestOf();

  fake.calls.clear();
  const again = await (await connectWithout('subnets')).startContainer(container);
  const { startedBy: _otherBy, clientToken: _otherToken, taskDefinition, ...started } = requestOf();
  expect(started).toEqual(deployed);
  expect(String(taskDefinition)).toContain(`task-definition/${family}:1`);
  expect(again).toMatchObject({ name: 'web', labels: { team: 'blue' } });
  expect((rawOf(again) as EcsRaw).task).toMatchObject({ cpu: '512', memory: '2048' });
  expect(fake.calls.counts()).toEqual({ DescribeTasks: 1, DescribeTaskDefinition: 1, RunTask: 1 });

  const listed = await (await connect()).listContainers();
  expect(listed.map(({ id }) => id)).toEqual([again.id]);
});

it('starts no container alone whose task goes on with others', async () => {
  const { fake, driver } = await startConnection();
  const ecs = sdkOf(fake);
  await ecs.registerTaskDefinition({
    family: 'pair',
    containerDefinitions: [
      { name: 'init', image: 'init:2', memory: 64, essential: false },
      { name: 'web', image: 'nginx:1.27', memory: 64 },
    ],
  });
  const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: 'pair', launchType: 'EC2' });
  const taskArn = task?.taskArn ?? '';
  await driver.waitForContainer(taskArn, { until: 'running' });
  fake.tasks.endContainer(taskArn, 'init', { exitCode: 0 });
  await driver.waitForContainer(`${taskArn}/init`, { until: 'stopped' });
  expect(await failureOf(driver.startContainer(`${taskArn}/init`))).toMatchObject({ code: 'precondition-failed' });
  expect(fake.calls.count('RunTask')).toBe(1);
});

it('leaves the containers of a service to the service', async () => {
  const { fake, driver } = await startConnection();
  await driver.waitForService(await driver.deployService({ name: 'web', image: 'nginx' }));
  const [container] = await driver.listContainers({ states: ['running'] });
  const { id = '' } = container ?? {};
  expect(await failureOf(driver.restartContainer(id))).toMatchObject({ code: 'precondition-failed' });
  expect(fake.calls.count('StopTask')).toBe(0);
  await driver.stopContainer(id);
  expect(await failureOf(driver.startContainer(id))).toMatchObject({ code: 'precondition-failed' });
  expect(fake.calls.count('RunTask')).toBe(0);
});

it('starts another’s task again with all that it was run with, and registers nothing in their family', async () => {
  const { fake, driver } = await startConnection();
  const ecs = sdkOf(fake);
  const register = (image: string) =>
    ecs.registerTaskDefinition({ family: 'theirs', containerDefinitions: [{ name: 'Web_App', image, memory: 64 }] });
  await register('nginx:1');
  const overrides = { taskRoleArn: 'arn:aws:iam::123456789012:role/other' };
  const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: 'theirs', launchType: 'EC2', overrides, enableExecuteCommand: true });
  await register('nginx:2');
  await ecs.deregisterTaskDefinition({ taskDefinition: 'theirs:1' });
  await driver.stopContainer(task?.taskArn ?? '');

  const again = await driver.startContainer(task?.taskArn ?? '');
  expect((rawOf(again) as EcsRaw).definition?.containerDefinitions).toMatchObject([{ name: 'Web_App', image: 'nginx:1' }]);
  expect(fake.calls.all.findLast(({ operation }) => operation === 'RunTask')?.request).toMatchObject({
    overrides,
    enableExecuteCommand: true,
  });
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: 'theirs' });
  expect(taskDefinition).toMatchObject({ revision: 2, containerDefinitions: [{ image: 'nginx:2' }] });
  await driver.destroyContainer(again);
  expect((await ecs.listTaskDefinitions({})).taskDefinitionArns).toEqual([taskDefinition?.taskDefinitionArn]);
});
