import { expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

it('keeps the lines of a deploy as long as that deploy asks', async () => {
  const { fake, driver, connect } = await startConnection();
  await driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { logGroup: 'team/app', logRetentionDays: 7 } } });
  expect(fake.calls.all.find(({ operation }) => operation === 'PutRetentionPolicy')?.request).toEqual({
    logGroupName: 'team/app',
    retentionInDays: 7,
  });
  fake.calls.clear();
  const deploy = driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { logRetentionDays: 10 } } });
  expect(await failureOf(deploy)).toMatchObject({ code: 'invalid-argument' });
  expect(await failureOf(connect({ logRetentionDays: 10 }))).toMatchObject({ code: 'invalid-argument' });
  expect(fake.calls.count()).toBe(0);
});

it('does with a group that is there where it may make none, and says so where there is none', async () => {
  const { fake, driver } = await startConnection();
  fake.faults.denyAccess('CreateLogGroup');
  const deploy = (logGroup: string) => driver.deployContainer({ image: 'nginx', providerOptions: { ecs: { logGroup } } });
  fake.logs.createGroup('team/app');
  const container = await deploy('team/app');
  expect((await driver.waitForContainer(container, { until: 'running' })).state).toBe('running');
  expect(await failureOf(deploy('team'))).toMatchObject({ code: 'permission-denied', message: expect.stringContaining('CreateLogGroup') });
  fake.faults.denyAccess('DescribeLogGroups');
  expect(await failureOf(deploy('team/other'))).toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('CreateLogGroup'),
  });
});

it('makes no group for a definition that somebody else wrote', async () => {
  const { fake, driver } = await startConnection();
  const ecs = sdkOf(fake);
  const options = { 'awslogs-group': 'theirs', 'awslogs-region': 'eu-west-1' };
  await ecs.registerTaskDefinition({
    family: 'theirs',
    containerDefinitions: [{ name: 'web', image: 'nginx', memory: 64, logConfiguration: { logDriver: 'awslogs', options } }],
  });
  await ecs.createService({ serviceName: 'theirs', taskDefinition: 'theirs', desiredCount: 0, launchType: 'EC2' });
  await driver.updateService('theirs', { image: 'nginx:1.28' });
  expect(fake.calls.count('CreateLogGroup')).toBe(0);
});
