import { rawOf } from '@cloud/container-core';
import { expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

it('touches nothing of ours for the ARN of another account or region', async () => {
  const { fake, driver } = await startConnection({ clusters: ['default', 'prod'] });
  await driver.deployService({ name: 'web', image: 'nginx', cluster: 'prod' });
  const account = 'arn:aws:ecs:us-east-1:999999999999';
  const region = 'arn:aws:ecs:eu-west-1:123456789012';
  for (const other of [account, region]) {
    await driver.destroyService(`${other}:service/prod/web`);
    expect(await failureOf(driver.getService(`${other}:service/prod/web`))).toMatchObject({ code: 'not-found' });
    expect(await failureOf(driver.updateService(`${other}:service/prod/web`, { replicas: 0 }))).toMatchObject({ code: 'not-found' });
    for (const call of [
      () => driver.destroyCluster(`${other}:cluster/prod`, { force: true }),
      () => driver.getCluster(`${other}:cluster/prod`),
      () => driver.listContainers({ cluster: `${other}:cluster/prod` }),
      () => driver.listServices({ cluster: `${other}:cluster/prod` }),
      () => driver.deployContainer({ image: 'nginx', cluster: `${other}:cluster/prod` }),
      () => driver.deployService({ name: 'other', image: 'nginx', cluster: `${other}:cluster/prod` }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('Identifier is for') });
    }
  }
  for (const operation of ['DeleteService', 'DeleteCluster', 'RunTask', 'UpdateService']) expect(fake.calls.count(operation)).toBe(0);
});

it('asks about the ARN of a cluster once', async () => {
  const { fake, driver } = await startConnection({ clusters: ['default', 'prod'] });
  const cluster = 'arn:aws:ecs:us-east-1:123456789012:cluster/prod';
  await driver.listContainers({ cluster });
  await driver.listContainers({ cluster });
  expect(fake.calls.count('DescribeClusters')).toBe(1);
});

it('rolls the image of the main container out, and keeps the rest of a definition of somebody else’s', async () => {
  const { fake, driver } = await startConnection();
  const ecs = sdkOf(fake);
  await ecs.registerTaskDefinition({
    family: 'pair',
    containerDefinitions: [
      { name: 'agent', image: 'agent:2', memory: 64, essential: false },
      { name: 'web', image: 'nginx:1.27', memory: 64 },
    ],
    enableFaultInjection: true,
    tags: [{ key: 'team', value: 'blue' }],
  });
  const service = await driver.createService({ name: 'pair', taskDefinition: 'pair', launchType: 'EC2' });
  expect(service.image.reference).toContain('nginx:1.27');
  expect((await driver.updateService(service, { image: 'nginx:1.28' })).image.reference).toContain('nginx:1.28');
  const { taskDefinition, tags } = await ecs.describeTaskDefinition({ taskDefinition: 'pair', include: ['TAGS'] });
  expect(taskDefinition).toMatchObject({
    revision: 2,
    enableFaultInjection: true,
    containerDefinitions: [
      { name: 'agent', image: 'agent:2' },
      { name: 'web', image: 'docker.io/library/nginx:1.28' },
    ],
  });
  expect(tags).toEqual([{ key: 'team', value: 'blue' }]);
});

it('gives the tasks of a service its tags', async () => {
  const { fake, driver } = await startConnection();
  const tags = { cost: 'centre' };
  await driver.waitForService(await driver.deployService({ name: 'web', image: 'nginx', providerOptions: { ecs: { tags } } }));
  const [container] = await driver.listContainers({ states: ['running'] });
  const { task } = rawOf(container ?? {}) as { task: { taskArn: string } };
  const { tasks = [] } = await sdkOf(fake).describeTasks({ tasks: [task.taskArn], include: ['TAGS'] });
  expect(tasks[0]?.tags).toEqual([{ key: 'cost', value: 'centre' }]);
});
