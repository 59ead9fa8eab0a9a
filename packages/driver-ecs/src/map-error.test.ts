import { expect, it } from 'vitest';
import { startConnection } from './test-support/connection.js';
import { failureOf } from './test-support/failure-of.js';

it('tells by the message what ECS says under a general name', async () => {
  const { fake, driver } = await startConnection();
  await driver.deployContainer({ name: 'web', image: 'nginx' });
  const cases = [
    ['InvalidParameterException', 'No Container Instances were found in your cluster.', 'capacity'],
    ['ClientException', "You've reached the limit on the number of vCPUs you can run concurrently", 'capacity'],
    [
      'InvalidParameterException',
      'Error retrieving subnet information: Request limit exceeded. (ErrorCode: RequestLimitExceeded)',
      'rate-limited',
    ],
    ['ClientException', 'Too many concurrent attempts to create a new revision of the specified family.', 'rate-limited'],
    ['ClientException', 'Something else is wrong.', 'invalid-argument'],
  ] as const;
  for (const [name, message, code] of cases) {
    fake.faults.next('RunTask', { kind: 'error', code: name, message });
    expect(await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }))).toMatchObject({
      code,
      vendorCode: name,
      retryable: code !== 'invalid-argument',
    });
  }
  fake.ecs.runTaskFailures.push({ reason: "You've reached the limit on the number of vCPUs you can run concurrently" });
  expect(await failureOf(driver.deployContainer({ name: 'web', image: 'nginx' }))).toMatchObject({ code: 'capacity' });
});

it('says that a function for credentials failed', async () => {
  const { connect } = await startConnection();
  const credentials = async () => {
    throw new Error('the vault is sealed');
  };
  const error = await failureOf((await connect({ credentials })).ping());
  expect(error).toMatchObject({ code: 'unauthenticated' });
  expect(error.message).toContain('function that was given for credentials');
});
