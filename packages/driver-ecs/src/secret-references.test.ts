import { describe, expect, it } from 'vitest';
import type { EcsDeployOptions } from './deploy-options.js';
import { startConnection } from './test-support/connection.js';
import { failureOf } from './test-support/failure-of.js';

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf';
const ownOptions: EcsDeployOptions = { logs: 'none' };

describe.each(['deployContainer', 'deployService'] as const)('secrets of %s', (call) => {
  it.each([
    SECRET,
    `${SECRET}:password::`,
    'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:token',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db.password',
    '/prod/db/password',
  ])('passes the reference %s to ECS', async (reference) => {
    const { fake, driver } = await startConnection();
    await driver[call]({ name: 'web', image: 'nginx', env: { A: '1' }, secrets: { TOKEN: reference } });
    const registered = fake.calls.all.find(({ operation }) => operation === 'RegisterTaskDefinition')?.request;
    expect(registered).toMatchObject({
      containerDefinitions: [{ secrets: [{ name: 'TOKEN', valueFrom: reference }], environment: [{ name: 'A', value: '1' }] }],
    });
  });

  it.each([
    'hunter22-canary',
    'db/password',
    'arn:aws:s3:::bucket/hunter22-canary',
    'arn:aws:secretsmanager:us-east-1:123456789012:hunter22-canary',
    'arn:aws:ssm:us-east-1:123456789012:document/hunter22-canary',
    '/prod db/hunter22-canary',
  ])('refuses %j before any request when ECS could not read it', async (reference) => {
    const { fake, driver } = await startConnection();
    const error = await failureOf(driver[call]({ image: 'nginx', secrets: { TOKEN: reference } }));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('secrets.TOKEN must be the ARN') });
    expect(String(error.stack)).not.toContain('hunter22-canary');
    expect(fake.calls.count()).toBe(0);
  });

  it('refuses secrets before any request when no execution role is set', async () => {
    const { fake, connectWithout } = await startConnection();
    const driver = await connectWithout('executionRoleArn');
    const options = { image: 'nginx', secrets: { TOKEN: SECRET }, providerOptions: { ecs: ownOptions } };
    const error = await failureOf(driver[call](options));
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(/executionRoleArn must be given.*secrets/) });
    expect(fake.calls.count()).toBe(0);
  });
});

it('reports a conflict when the same key is used with another reference', async () => {
  const { driver } = await startConnection();
  const deploy = (secret: string) => driver.deployContainer({ image: 'nginx', idempotencyKey: 'k', secrets: { TOKEN: secret } });
  const first = await deploy(SECRET);
  expect((await deploy(SECRET)).id).toBe(first.id);
  expect(await failureOf(deploy('/another'))).toMatchObject({ code: 'conflict' });
});
