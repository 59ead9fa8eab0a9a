import { expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';

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
