import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsFake } from '@cloud/aws-fake';
import { rawOf } from '@cloud/container-core';
import { expect, it } from 'vitest';
import type { EcsDeployOptions } from '../deploy-options.js';
import type { EcsRaw } from '../ecs-raw.js';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

it('deploys a known definition with one RunTask and nothing else, from any connection', async () => {
  const { fake, driver, connect } = await startConnection();
  await driver.deployContainer({ name: 'web', image: 'nginx:1.27' });
  expect(fake.calls.counts()).toEqual({ RunTask: 2, CreateLogGroup: 1, RegisterTaskDefinition: 1 });

  fake.calls.clear();
  await driver.deployContainer({ name: 'web', image: 'nginx:1.27' });
  expect(fake.calls.counts()).toEqual({ RunTask: 1 });

  fake.calls.clear();
  await (await connect()).deployContainer({ name: 'web', image: 'nginx:1.27' });
  expect(fake.calls.counts()).toEqual({ RunTask: 1 });
});

it('gives equal deploys of one moment one definition, on one connection and on several', async () => {
  const { fake, driver, connect } = await startConnection();
  const web = { name: 'web', image: 'nginx' };
  await Promise.all(Array.from({ length: 8 }, () => driver.deployContainer(web)));
  expect(fake.calls.count('RegisterTaskDefinition')).toBe(1);

  const connections = await Promise.all(Array.from({ length: 4 }, () => connect()));
  const containers = await Promise.all(connections.map((each) => each.deployContainer({ ...web, image: 'httpd' })));
  expect(new Set(containers.map(({ id }) => id)).size).toBe(4);
});

it('gives containers of two clusters a definition each, so that one outlives the other', async () => {
  for (const logs of [{ logGroup: 'team/app' }, { logs: 'none' as const }]) {
    const { driver, connect } = await startConnection({}, logs);
    await driver.createCluster('prod');
    const [first, second] = [
      await driver.deployContainer({ name: 'web', image: 'nginx' }),
      await driver.deployContainer({ name: 'web', image: 'nginx', cluster: 'prod' }),
    ];
    await driver.destroyContainer(first);
    await driver.stopContainer(second);
    expect((await (await connect()).listContainers({ cluster: 'prod' })).map(({ id }) => id)).toEqual([second.id]);
    await (await connect()).startContainer(second);
  }
});

it('takes what RunTask could not start for an error with the reason, and leaves nothing', async () => {
  const { fake, driver } = await startConnection();
  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:MEMORY' });
  const error = await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }));
  expect(error).toMatchObject({ code: 'capacity', vendorCode: 'RESOURCE:MEMORY', retryable: true });
  expect(await driver.listContainers()).toEqual([]);

  fake.ecs.runTaskFailures.push({ reason: 'AGENT' });
  expect(await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }))).toMatchObject({ code: 'unavailable' });
});

it('removes the definition that it registered for a task that could not be run', async () => {
  const { fake, driver } = await startConnection();
  // The first RunTask finds no definition, so it is the second one that fails.
  fake.faults.next('RunTask', { kind: 'error', code: 'ClientException', message: 'TaskDefinition not found.' });
  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:CPU' });
  await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }));
  expect(fake.calls.count('RegisterTaskDefinition')).toBe(1);
  expect(fake.calls.count('DeregisterTaskDefinition')).toBe(1);
  expect(fake.calls.count('DeleteTaskDefinitions')).toBe(1);
});

it('leaves no second container when the reply to RunTask is lost', async () => {
  const { fake, driver } = await startConnection();
  await driver.deployContainer({ name: 'web', image: 'nginx' });
  fake.faults.loseReply('RunTask');
  await driver.deployContainer({ name: 'web', image: 'nginx' });
  expect((await driver.listContainers()).length).toBe(2);
});

it('leaves no container when every reply to RunTask is lost until the call gives up', async () => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 1 } });
  await driver.deployContainer({ name: 'web', image: 'nginx' });
  fake.faults.loseReply('RunTask', 2);
  await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }));
  expect((await driver.listContainers({ states: ['pending', 'running'] })).length).toBe(1);
});

it('leaves no container when it is given up before ECS knows the one that it started', async () => {
  const { fake, driver, connect } = await startConnection({}, { retry: { retries: 0 } });
  fake.ecs.invisibleMs = 300;
  loseSecondRunTask(fake);
  await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }));
  expect(fake.calls.count('StopTask')).toBeGreaterThan(1);
  await sleep(400);
  expect(await (await connect()).listContainers({ states: ['pending', 'running'] })).toEqual([]);
});

it('stops what it may have started before it removes the definition that it was started with', async () => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 0 } });
  loseSecondRunTask(fake);
  expect(await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }))).toMatchObject({ code: 'connection-lost' });
  const operations = fake.calls.all.map(({ operation }) => operation);
  // Refused without the definition, lost, asked for again by its token.
  expect(fake.calls.count('RunTask')).toBe(3);
  expect(fake.calls.count('DeleteTaskDefinitions')).toBe(1);
  expect(operations.indexOf('StopTask')).toBeGreaterThan(operations.lastIndexOf('RunTask'));
  expect(operations.indexOf('StopTask')).toBeLessThan(operations.indexOf('DeregisterTaskDefinition'));
  expect(await driver.listContainers()).toEqual([]);
});

it('leaves the definition with a container that the next call with its key is to find', async () => {
  const { fake, driver, connect } = await startConnection({}, { retry: { retries: 0 } });
  const web = { name: 'web', image: 'nginx', labels: { team: 'blue' }, idempotencyKey: 'once' };
  loseSecondRunTask(fake);
  expect(await failureOf(driver.deployContainer(web))).toMatchObject({ code: 'connection-lost' });
  const container = await (await connect()).deployContainer(web);
  expect(container.labels).toEqual({ team: 'blue' });
  expect((await driver.listContainers()).map(({ id, labels }) => ({ id, labels }))).toEqual([
    { id: container.id, labels: { team: 'blue' } },
  ]);
});

it('leaves the definition that a container of another deploy is made of', async () => {
  const { fake, driver, connect } = await startConnection();
  const web = { name: 'web', image: 'nginx', labels: { team: 'blue' } };
  const container = await driver.deployContainer(web);
  fake.faults.next('RunTask', { kind: 'error', code: 'ClientException', message: 'TaskDefinition not found.' });
  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:CPU' });
  await failureOf((await connect()).deployContainer(web));
  expect(fake.calls.count('DeregisterTaskDefinition')).toBe(0);
  await driver.stopContainer(container);
  expect((await (await connect()).startContainer(container)).labels).toEqual({ team: 'blue' });
});

it('fits what is asked for to a size that Fargate has, and reports what was granted', async () => {
  const { driver } = await startConnection();
  const container = await driver.deployContainer({ name: 'web', image: 'nginx', cpu: 0.3, memoryMiB: 600 });
  expect((rawOf(container) as EcsRaw).task).toMatchObject({ cpu: '512', memory: '1024' });
  const error = await failureOf(driver.deployContainer({ image: 'nginx', cpu: 17 }));
  expect(error).toMatchObject({ code: 'unsupported' });
});

it('runs on a capacity provider, on EC2 and in the default VPC', async () => {
  const { fake, driver, connectWithout } = await startConnection();
  await driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { launchType: 'EC2' } } });
  expect(fake.calls.all.at(-1)?.request).toMatchObject({ launchType: 'EC2' });
  expect(fake.calls.all.at(-1)?.request).not.toHaveProperty('networkConfiguration');

  const strategy: EcsDeployOptions = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
  const error = await failureOf(driver.deployContainer({ image: 'nginx', providerOptions: { ecs: strategy } }));
  expect(error).toMatchObject({ code: 'invalid-argument', vendorCode: 'InvalidParameterException' });

  const inDefaultVpc = await connectWithout('subnets');
  await inDefaultVpc.deployContainer({ image: 'nginx' });
  expect(fake.calls.all.at(-1)?.request).toMatchObject({ networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'ENABLED' } } });
});

it('leaves the version of Fargate’s platform out where there is no Fargate', async () => {
  const { fake, connect } = await startConnection();
  const driver = await connect({ platformVersion: '1.4.0' });
  await driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { launchType: 'EC2' } } });
  expect(fake.calls.all.at(-1)?.request).not.toHaveProperty('platformVersion');
  await driver.deployContainer({ image: 'nginx' });
  expect(fake.calls.all.at(-1)?.request).toHaveProperty('platformVersion', '1.4.0');
});

it('asks for the role that ECS needs before it asks ECS for anything', async () => {
  const { fake, connectWithout } = await startConnection();
  const driver = await connectWithout('executionRoleArn');
  const error = await failureOf(driver.deployContainer({ image: 'nginx' }));
  expect(error).toMatchObject({ code: 'invalid-argument' });
  expect(error.message).toContain('executionRoleArn');
  expect(fake.calls.count()).toBe(0);
  await driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { logs: 'none' } } });
});

it('finds an address of the task once it has one', async () => {
  const { driver } = await startConnection();
  const container = await driver.deployContainer({ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] });
  const running = await driver.waitForContainer(container, { until: 'running' });
  expect(running.ipAddresses.length).toBe(1);
  expect(running.endpoints).toEqual([{ containerPort: 80, protocol: 'tcp', host: running.ipAddresses[0], port: 80, scope: 'private' }]);
});

/** The first RunTask of a deploy finds no definition; the second one is carried out, and nobody hears of it. */
function loseSecondRunTask(fake: AwsFake): void {
  fake.faults.next('RunTask', { kind: 'delay', milliseconds: 0 });
  fake.faults.loseReply('RunTask');
}
