import { inspect } from 'node:util';
import { ContainerError } from '@cloud/container-core';
import { expect, it } from 'vitest';
import { CREDENTIALS, startConnection } from './test-support/connection.js';
import { failureOf } from './test-support/failure-of.js';

const TASK = 'arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef/web';

it('backs off when it is throttled, and says so in the end', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.throttle('DescribeTasks', 2);
  expect(await failureOf(driver.getContainer(TASK))).toMatchObject({ code: 'not-found' });
  expect(fake.calls.count('DescribeTasks')).toBe(3);
  fake.faults.throttle('DescribeTasks', Number.POSITIVE_INFINITY);
  expect(await failureOf(driver.getContainer(TASK))).toMatchObject({
    code: 'rate-limited',
    retryable: true,
    vendorCode: 'ThrottlingException',
  });
});

it('tells what is not known from what is not allowed', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.expireTokens('*', 1);
  expect(await failureOf(driver.ping())).toMatchObject({ code: 'unauthenticated', vendorCode: 'ExpiredTokenException', httpStatus: 400 });
  fake.faults.denyAccess('ListClusters', 1);
  const denied = await failureOf(driver.ping());
  expect(denied).toMatchObject({ code: 'permission-denied', retryable: false, operation: 'ping', provider: 'ecs' });
  expect(denied.requestId).toMatch(/\S/);
});

it('takes server errors and what is no JSON for an outage', async () => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 0 } });
  fake.faults.serverErrors('*', 1);
  expect(await failureOf(driver.ping())).toMatchObject({ code: 'unavailable', retryable: true });
  const page = { kind: 'body', contentType: 'text/html' } as const;
  fake.faults.next('*', { ...page, httpStatus: 503, body: '<html>no</html>' });
  expect(await failureOf(driver.ping())).toMatchObject({ code: 'unavailable' });
  fake.faults.next('*', { ...page, httpStatus: 200, body: '{"clusterArns": [' });
  const broken = await failureOf(driver.ping());
  expect(broken).toMatchObject({ code: 'unavailable' });
  expect(broken.message).toContain('not JSON');
  fake.faults.next('*', { kind: 'cut' });
  expect(await failureOf(driver.ping())).toMatchObject({ code: 'connection-lost' });
});

it.each([
  ['never answers', { kind: 'hang' } as const],
  ['answers one byte a second', { kind: 'slow-body', bytesPerSecond: 1 } as const],
])('ends at its deadline when ECS %s, and closes the connection', async (_how, fault) => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 0 } });
  await driver.ping();
  fake.faults.next('ListClusters', fault);
  const error = await failureOf(driver.ping({ timeoutMs: 200 }));
  expect(error).toMatchObject({ code: 'timeout' });
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  await driver.close();
  await expect.poll(sockets).toBeLessThanOrEqual(1);
});

it('carries no secret in any error', async () => {
  const { fake, driver } = await startConnection({}, { retry: { retries: 0 } });
  const faults = [
    { kind: 'error', code: 'AccessDeniedException', message: `User ${CREDENTIALS.sessionToken} is not authorized` },
    { kind: 'error', code: 'InvalidSignatureException', message: `Credential=${CREDENTIALS.accessKeyId} ${CREDENTIALS.secretAccessKey}` },
    { kind: 'body', httpStatus: 200, contentType: 'text/html', body: '<html>' },
    { kind: 'cut' },
  ] as const;
  for (const fault of faults) {
    fake.faults.next('ListClusters', fault);
    const error = await failureOf(driver.ping());
    const shown = [
      error.message,
      error.stack,
      JSON.stringify(error),
      inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY }),
    ].join();
    for (const secret of Object.values(CREDENTIALS)) expect(shown).not.toContain(secret);
  }
});

it('makes an invalid-argument of a region that nobody names', async () => {
  const { fake, connectWithout } = await startConnection();
  const driver = await connectWithout('region');
  const error = await driver.ping().catch((thrown: unknown) => thrown);
  if (process.env['AWS_REGION'] === undefined) {
    expect(ContainerError.isInstance(error) && error.code).toBe('invalid-argument');
    expect(fake.calls.count()).toBe(0);
  }
});

it('registers no litter when the reply to RegisterTaskDefinition is lost', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.loseReply('RegisterTaskDefinition');
  const container = await driver.deployContainer({ name: 'web', image: 'nginx' });
  await driver.destroyContainer(container);
  expect(fake.calls.count('RegisterTaskDefinition')).toBe(2);
  expect(fake.calls.count('DeregisterTaskDefinition')).toBe(2);
});

it('finds a task that ECS does not show yet, and believes in the end that one is missing', async () => {
  const { fake, driver, connect } = await startConnection();
  fake.ecs.invisibleMs = 300;
  const container = await driver.deployContainer({ name: 'web', image: 'nginx' });
  expect((await driver.getContainer(container)).id).toBe(container.id);
  expect((await driver.listContainers()).map(({ id }) => id)).toEqual([container.id]);
  const others = await connect();
  expect((await others.waitForContainer(container, { until: 'running' })).state).toBe('running');
  await driver.stopContainer(container);
  expect(await failureOf(others.waitForContainer(TASK, { until: 'stopped' }))).toMatchObject({ code: 'not-found' });
});
