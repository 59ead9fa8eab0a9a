import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Connection, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

const WEB = { name: 'web', image: 'nginx:1.27' };
/** Longer than all that a clean-up asks of the fake takes. */
const SLOW_MS = 300;

async function revisionsOf(fake: Connection['fake']): Promise<readonly string[]> {
  const ecs = sdkOf(fake);
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ status: 'ACTIVE' });
  return taskDefinitionArns;
}

/** Ends once nothing that ECS carries out late is under way any more. */
async function registrationsAreOver({ fake }: Connection): Promise<void> {
  await expect
    .poll(() => fake.calls.all.every(({ operation, httpStatus }) => operation !== 'RegisterTaskDefinition' || httpStatus !== undefined))
    .toBe(true);
}

/** Aborts a call while ECS carries out its registration. */
async function abortWhileRegistering({ fake }: Connection, call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('not wanted any more');
  fake.calls.clear();
  const outcome = call(controller.signal).catch((error: unknown) => error);
  await expect.poll(() => fake.calls.count('RegisterTaskDefinition'), { interval: 1 }).toBe(1);
  controller.abort(reason);
  expect(await outcome).toBe(reason);
}

it('leaves no definition when a deploy is aborted while ECS registers it', async () => {
  const connection = await startConnection();
  connection.fake.ecs.registeringMs = SLOW_MS;
  await abortWhileRegistering(connection, (signal) => connection.driver.deployContainer({ ...WEB, signal }));
  await registrationsAreOver(connection);
  await expect.poll(() => revisionsOf(connection.fake)).toEqual([]);
});

it('leaves no definition when the deploy of a service is aborted while ECS registers it', async () => {
  const connection = await startConnection();
  connection.fake.ecs.registeringMs = SLOW_MS;
  await abortWhileRegistering(connection, (signal) => connection.driver.deployService({ ...WEB, signal }));
  await registrationsAreOver(connection);
  await expect.poll(() => revisionsOf(connection.fake)).toEqual([]);
});

it('leaves no revision when the update of a service is aborted while ECS registers it', async () => {
  const connection = await startConnection();
  const { driver, fake } = connection;
  await driver.waitForService(await driver.deployService(WEB));
  fake.ecs.registeringMs = SLOW_MS;
  await abortWhileRegistering(connection, (signal) => driver.updateService('web', { image: 'nginx:1.28', signal }));
  await registrationsAreOver(connection);
  await expect.poll(async () => (await revisionsOf(fake)).length).toBe(1);
});

it('leaves no revision when a deploy runs out of time while ECS registers it', async () => {
  const connection = await startConnection();
  connection.fake.ecs.registeringMs = 5 * SLOW_MS;
  const error = await failureOf(connection.driver.deployContainer({ ...WEB, timeoutMs: 3 * SLOW_MS }));
  expect(error).toMatchObject({ code: 'timeout' });
  await registrationsAreOver(connection);
  await expect.poll(() => revisionsOf(connection.fake)).toEqual([]);
});

it('leaves no definition when the connection is lost before ECS registers it', async () => {
  const connection = await startConnection({}, { retry: { retries: 0 } });
  const { driver, fake } = connection;
  for (const call of [() => driver.deployContainer(WEB), () => driver.deployService(WEB)]) {
    fake.faults.next('RegisterTaskDefinition', { kind: 'late', milliseconds: SLOW_MS });
    expect(await failureOf(call())).toMatchObject({ code: 'connection-lost' });
    await registrationsAreOver(connection);
    await expect.poll(() => revisionsOf(fake)).toEqual([]);
  }
});

it('leaves no revision when the connection is lost before ECS registers the one of an update', async () => {
  const connection = await startConnection({}, { retry: { retries: 0 } });
  const { driver, fake } = connection;
  await driver.waitForService(await driver.deployService(WEB));
  fake.faults.next('RegisterTaskDefinition', { kind: 'late', milliseconds: SLOW_MS });
  expect(await failureOf(driver.updateService('web', { image: 'nginx:1.28' }))).toMatchObject({ code: 'connection-lost' });
  await registrationsAreOver(connection);
  await expect.poll(async () => (await revisionsOf(fake)).length).toBe(1);
});

it('leaves no definition when a deploy is aborted at any turn of the event loop', async () => {
  const connection = await startConnection();
  const { driver, fake } = connection;
  const reason = new Error('not wanted any more');
  let deployed = 0;
  for (let turn = 0; deployed < 3; turn += 1) {
    const controller = new AbortController();
    const outcome = driver.deployContainer({ ...WEB, name: `web-${turn}`, signal: controller.signal }).catch((error: unknown) => error);
    for (let passed = 0; passed < turn; passed += 1) await nextTurn();
    controller.abort(reason);
    const result = await outcome;
    if (result !== reason) {
      deployed += 1;
      await driver.destroyContainer(result as { readonly id: string });
    }
    await registrationsAreOver(connection);
    await expect.poll(() => revisionsOf(fake), { message: `turn ${turn}` }).toEqual([]);
  }
});
