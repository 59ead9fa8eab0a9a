import { expect, it } from 'vitest';
import { type Connection, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

const WEB = { name: 'web', image: 'nginx:1.27' };

async function expectNothingLeft({ fake, connect }: Connection): Promise<void> {
  expect(await (await connect()).listServices()).toEqual([]);
  expect(await definitionsOf(fake)).toEqual([]);
}

async function definitionsOf(fake: Connection['fake']): Promise<string[]> {
  const ecs = sdkOf(fake);
  const lists = await Promise.all((['ACTIVE', 'INACTIVE'] as const).map((status) => ecs.listTaskDefinitions({ status })));
  return lists.flatMap(({ taskDefinitionArns = [] }) => taskDefinitionArns);
}

it('leaves neither service nor definition when it is aborted while either is made', async () => {
  for (const operation of ['RegisterTaskDefinition', 'CreateService']) {
    const connection = await startConnection({}, { retry: { retries: 0 } });
    connection.fake.faults.next(operation, { kind: 'slow-body', bytesPerSecond: 1 });
    await expect(connection.driver.deployService({ ...WEB, signal: AbortSignal.timeout(150) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    // An aborted call rejects promptly; closing waits for what it still removes.
    await connection.driver.close();
    await expectNothingLeft(connection);
  }
});

it('leaves neither when ECS refuses the service, or its reply is lost', async () => {
  const connection = await startConnection({}, { retry: { retries: 0 } });
  const { fake, driver } = connection;
  fake.faults.denyAccess('CreateService', 1);
  expect(await failureOf(driver.deployService(WEB))).toMatchObject({ code: 'permission-denied' });
  await expectNothingLeft(connection);
  fake.faults.loseReply('CreateService');
  expect(await failureOf(driver.deployService(WEB))).toMatchObject({ code: 'connection-lost' });
  await expectNothingLeft(connection);
});

it('leaves a service that the next call with its key is to find, with its definition', async () => {
  const { fake, driver, connect } = await startConnection({}, { retry: { retries: 0 } });
  fake.faults.loseReply('CreateService');
  await failureOf(driver.deployService({ ...WEB, idempotencyKey: 'once' }));
  const service = await (await connect()).deployService({ ...WEB, idempotencyKey: 'once' });
  expect((await driver.listServices()).map(({ id }) => id)).toEqual([service.id]);
  expect((await driver.waitForService(service)).replicas.running).toBe(1);
});

it('removes the revision of an update that was refused, and none that the service uses', async () => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 0 } });
  await driver.waitForService(await driver.deployService(WEB));
  fake.faults.denyAccess('UpdateService', 1);
  await failureOf(driver.updateService('web', { image: 'nginx:1.28' }));
  expect((await definitionsOf(fake)).length).toBe(1);
  fake.faults.loseReply('UpdateService');
  await failureOf(driver.updateService('web', { image: 'nginx:1.28' }));
  expect((await definitionsOf(fake)).length).toBe(2);
  expect((await driver.waitForService('web')).image.reference).toContain('nginx:1.28');
});

it('says at its deadline what it waited for', async () => {
  const { fake, driver } = await startConnection();
  await driver.waitForService(await driver.deployService(WEB));
  fake.ecs.taskTimes.stopping = 60_000;
  await sdkOf(fake).deleteService({ service: 'web', force: true });
  expect(await failureOf(driver.deployService({ ...WEB, timeoutMs: 300 }))).toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('an earlier service web is still draining'),
  });
});
