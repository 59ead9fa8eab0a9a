import { expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

it('deploys a service, scales it, rolls another image out and destroys it with its definitions', async () => {
  const { fake, driver } = await startConnection();
  const deployed = await driver.deployService({ name: 'web', image: 'nginx:1.27', replicas: 2, labels: { team: 'blue' } });
  expect(deployed).toMatchObject({ name: 'web', replicas: { desired: 2 }, provider: 'ecs', labels: { team: 'blue' } });
  const steady = await driver.waitForService(deployed);
  expect(steady).toMatchObject({ state: 'steady', replicas: { running: 2, pending: 0 } });
  expect((await driver.listContainers({ labels: { team: 'blue' }, states: ['running'] })).length).toBe(2);

  await driver.updateService(deployed, { replicas: 3 });
  expect(await driver.waitForService(deployed)).toMatchObject({ replicas: { desired: 3, running: 3 } });

  await driver.updateService(deployed, { image: 'nginx:1.28' });
  const rolledOut = await driver.waitForService(deployed);
  expect(rolledOut.image.reference).toBe('docker.io/library/nginx:1.28');
  expect(rolledOut.labels).toEqual({ team: 'blue' });

  await driver.destroyService(deployed);
  expect(await failureOf(driver.getService(deployed))).toMatchObject({ code: 'not-found' });
  expect(await driver.listServices()).toEqual([]);
  await driver.destroyService(deployed);
  expect(fake.calls.count('DeregisterTaskDefinition')).toBe(2);
});

it('says that a deployment was rolled back, although the service is steady', async () => {
  const { fake, driver } = await startConnection();
  const service = await driver.deployService({ name: 'web', image: 'nginx:1.27' });
  await driver.waitForService(service);
  fake.ecs.pullFailure = (image) => (image.endsWith(':broken') ? 'manifest unknown' : undefined);
  await driver.updateService(service, { image: 'nginx:broken' });
  const error = await failureOf(driver.waitForService(service));
  expect(error).toMatchObject({ code: 'deployment-failed' });
  expect(error.message).toMatch(/rolled back/);
});

it('fails early with the events and the last lines when its containers exit at once', async () => {
  const { fake, driver } = await startConnection({
    run: async ({ onOutput }) => {
      onOutput('the database is missing\n');
      return 3;
    },
  });
  const service = await driver.deployService({ name: 'web', image: 'nginx', replicas: 2 });
  const error = await failureOf(driver.waitForService(service));
  expect(error).toMatchObject({ code: 'deployment-failed', retryable: false, operation: 'waitForService' });
  expect(error.message).toMatch(/service web failed: \d+ of its containers exited.*exit code 3/);
  expect(error.message).toContain('the database is missing');
  fake.ecs.pullFailure = () => 'manifest unknown';
  await driver.updateService(service, { image: 'nginx:broken' });
  const broken = await failureOf(driver.waitForService(service));
  // The circuit breaker, or the roll-back that it begins and that has no revision to go back to.
  expect(broken.message).toMatch(/(?:tasks failed to start|so did its roll-back).*manifest unknown/s);
});

it('waits for a scaled service when containers of it have failed before', async () => {
  let isBroken = true;
  const { driver } = await startConnection({
    run: async ({ terminate }) => {
      if (isBroken) return 3;
      return new Promise((resolve) => terminate.addEventListener('abort', () => resolve(143), { once: true }));
    },
  });
  const service = await driver.deployService({ name: 'web', image: 'nginx' });
  expect(await failureOf(driver.waitForService(service))).toMatchObject({ code: 'deployment-failed' });
  isBroken = false;
  await expect.poll(async () => (await driver.getService(service)).state).toBe('steady');
  await driver.updateService(service, { replicas: 2 });
  expect(await driver.waitForService(service)).toMatchObject({ state: 'steady', replicas: { running: 2 } });
});

it('gives the same service for the same key, a conflict for a name that is taken, and waits for one that still drains', async () => {
  const { fake, driver, connect } = await startConnection();
  const options = { name: 'web', image: 'nginx', idempotencyKey: 'release-1' };
  const first = await driver.deployService(options);
  expect((await (await connect()).deployService(options)).id).toBe(first.id);
  expect(await failureOf(driver.deployService({ ...options, image: 'httpd' }))).toMatchObject({ code: 'conflict' });
  expect(await failureOf(driver.deployService({ name: 'web', image: 'nginx' }))).toMatchObject({ code: 'conflict' });
  expect(fake.calls.count('CreateService')).toBe(1);
  await driver.waitForService(first);
  const destroying = driver.destroyService(first);
  const again = await driver.deployService({ name: 'other', image: 'nginx' });
  await destroying;
  expect(again.name).toBe('other');
});

it('makes no second service when the reply to CreateService is lost', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.loseReply('CreateService');
  await driver.deployService({ name: 'web', image: 'nginx' });
  expect((await driver.listServices()).length).toBe(1);
});

it('removes the revision that it registered for a service that could not be made', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.denyAccess('CreateService', 1);
  const error = await failureOf(driver.deployService({ name: 'web', image: 'nginx' }));
  expect(error).toMatchObject({ code: 'permission-denied', operation: 'deployService' });
  expect(fake.calls.count('DeregisterTaskDefinition')).toBe(1);
});

it('lists services of which ECS describes ten at a time', async () => {
  const { driver } = await startConnection();
  const names = Array.from({ length: 25 }, (_, index) => `service-${index}`);
  for (const name of names) await driver.deployService({ name, image: 'nginx', replicas: 0 });
  expect((await driver.listServices()).map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1))).toEqual(
    [...names].sort((a, b) => (a < b ? -1 : 1)),
  );
});

it('makes a service of a task definition that is there, and starts one n times', async () => {
  const { fake, driver } = await startConnection();
  const container = await driver.deployContainer({ name: 'web', image: 'nginx' });
  const task = fake.calls.all.find(({ operation }) => operation === 'RegisterTaskDefinition')?.request as { family: string };

  const service = await driver.createService({ name: 'frontend', taskDefinition: task.family, replicas: 1, cluster: 'default' });
  expect(await driver.waitForService(service)).toMatchObject({ replicas: { running: 1 } });

  fake.calls.clear();
  const started = await driver.runTaskDefinition(task.family, { count: 12 });
  expect(started.length).toBe(12);
  expect(fake.calls.count('RunTask')).toBe(2);
  const listed = await driver.listContainersOfTasks([container.id, ...started.map(({ id }) => id)]);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(13);

  fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:CPU', count: 3 });
  expect(await failureOf(driver.runTaskDefinition(task.family, { count: 5 }))).toMatchObject({ code: 'capacity' });
  await expect.poll(async () => (await driver.listContainers({ states: ['pending', 'running'] })).length).toBe(14);
});

it('waits for a service that was scaled after a roll-back, whatever became of the roll-out before', async () => {
  const { fake, driver } = await startConnection();
  const service = await driver.deployService({ name: 'web', image: 'nginx:1.27' });
  await driver.waitForService(service);
  fake.ecs.pullFailure = (image) => (image.endsWith(':broken') ? 'manifest unknown' : undefined);
  await driver.updateService(service, { image: 'nginx:broken' });
  expect(await failureOf(driver.waitForService(service))).toMatchObject({ code: 'deployment-failed' });
  expect(await failureOf(driver.waitForService(service))).toMatchObject({ code: 'deployment-failed' });
  await expect.poll(async () => (await driver.getService(service)).state).toBe('steady');

  await driver.updateService(service, { replicas: 2 });
  expect(await driver.waitForService(service)).toMatchObject({ replicas: { desired: 2, running: 2 }, state: 'steady' });
  await driver.updateService(service, { image: 'httpd:broken' });
  expect(await failureOf(driver.waitForService(service))).toMatchObject({ code: 'deployment-failed' });
});

it('asks at a pace while a service that was deleted still reads as active', async () => {
  const { fake, driver } = await startConnection();
  await driver.deployService({ name: 'web', image: 'nginx' });
  fake.faults.next('DeleteService', { kind: 'error', code: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' });
  fake.calls.clear();
  expect(await failureOf(driver.destroyService('web', { timeoutMs: 500 }))).toMatchObject({ code: 'timeout' });
  expect(fake.calls.count('DescribeServices')).toBeLessThan(30);
});

it('takes a service of a cluster that is gone for destroyed', async () => {
  const { driver, connect } = await startConnection();
  await driver.createCluster('short');
  const service = await driver.deployService({ name: 'web', image: 'nginx', cluster: 'short' });
  await driver.destroyCluster('short', { force: true });
  const other = await connect();
  await other.destroyService(service);
  expect(await failureOf(other.getService(service))).toMatchObject({ code: 'not-found' });
});

it('destroys a cluster whose services and tasks go away by themselves, and says at once what it can not take away', async () => {
  const { fake, driver } = await startConnection();
  await driver.createCluster('short');
  await driver.deployService({ name: 'web', image: 'nginx', cluster: 'short' });
  await driver.deployContainer({ image: 'nginx', cluster: 'short' });
  fake.faults.next('DeleteService', { kind: 'error', code: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' });
  fake.faults.next('StopTask', { kind: 'error', code: 'InvalidParameterException', message: 'The referenced task was not found.' });
  fake.faults.next('DeleteCluster', { kind: 'error', code: 'ClusterContainsCapacityProviderException', message: 'It has one.' });
  expect(await failureOf(driver.destroyCluster('short', { force: true }))).toMatchObject({ code: 'conflict' });
  expect(fake.calls.count('DeleteCluster')).toBe(1);
  await driver.destroyCluster('short', { force: true });
  expect((await driver.listClusters()).map(({ name }) => name)).not.toContain('short');
});
