import { expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

const WEB = { name: 'web', image: 'nginx', idempotencyKey: 'once' };
const DAY_MS = 24 * 3_600_000;

it('gives the same container for as long as it lives, which is longer than ECS keeps a client token', async () => {
  const { fake, driver, connect } = await startConnection({ manualClock: true });
  const first = await driver.deployContainer(WEB);
  await fake.clock.advance(DAY_MS + 60_000);
  expect((await (await connect()).deployContainer(WEB)).id).toBe(first.id);
  expect(fake.calls.count('RunTask')).toBe(2);
  expect(await failureOf((await connect()).deployContainer({ ...WEB, image: 'httpd' }))).toMatchObject({ code: 'conflict' });
  expect((await driver.listContainers()).map(({ id }) => id)).toEqual([first.id]);
});

it('gives the container that took its place, on every connection, and lists that one only', async () => {
  const { driver, connect } = await startConnection();
  const first = await driver.deployContainer(WEB);
  const second = await driver.restartContainer(first);
  for (const each of [driver, await connect()]) {
    expect((await each.deployContainer(WEB)).id).toBe(second.id);
    expect((await each.listContainers()).map(({ id }) => id)).toEqual([second.id]);
  }
  await (await connect()).destroyContainer(second);
  expect(await (await connect()).listContainers()).toEqual([]);
  expect([first.id, second.id]).not.toContain((await (await connect()).deployContainer(WEB)).id);
});

it('starts another one when the last was destroyed, although ECS answers a repeated token as it did the first time', async () => {
  const { driver, connect } = await startConnection();
  const seen = new Set<string>();
  for (let round = 0; round < 4; round++) {
    const container = await (await connect()).deployContainer(WEB);
    expect(container.state).toBe('pending');
    expect((await driver.getContainer(container)).id).toBe(container.id);
    seen.add(container.id);
    await driver.destroyContainer(container);
  }
  expect(seen.size).toBe(4);
});

it('takes other options for a conflict also while ECS does not show the container yet', async () => {
  const { fake, driver, connect } = await startConnection();
  fake.ecs.invisibleMs = 60_000;
  const first = await driver.deployContainer(WEB);
  const other = await connect();
  expect(await failureOf(other.deployContainer({ ...WEB, image: 'httpd' }))).toMatchObject({ code: 'conflict' });
  expect((await other.deployContainer(WEB)).id).toBe(first.id);
});

it('keeps keys of different clusters apart', async () => {
  const { driver } = await startConnection();
  await driver.createCluster('prod');
  const first = await driver.deployContainer(WEB);
  const second = await driver.deployContainer({ ...WEB, cluster: 'prod' });
  expect(second.id).not.toBe(first.id);
  expect((await driver.deployContainer({ ...WEB, cluster: 'prod' })).id).toBe(second.id);
});

it('asks for no more than the list of its key, and RunTask when that is empty', async () => {
  const { fake, driver, connect } = await startConnection();
  await driver.deployContainer({ ...WEB, idempotencyKey: 'other' });
  fake.calls.clear();
  await driver.deployContainer(WEB);
  expect(fake.calls.counts()).toEqual({ ListTasks: 2, RunTask: 1 });
  const other = await connect();
  fake.calls.clear();
  await other.deployContainer(WEB);
  expect(fake.calls.counts()).toEqual({ ListTasks: 1, DescribeTasks: 1 });
});
