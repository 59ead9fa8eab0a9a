import { ConflictException, DeregisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

it('answers a repeated client token with the tasks it started, and other parameters with a conflict', async () => {
  const harness = await startHarness({ clusters: ['default', 'prod'] });
  await harness.register();
  const first = await harness.arnOfRun({ clientToken: 'once', count: 2 });
  const again = await harness.run({ clientToken: 'once', count: 2 });
  expect(again.tasks?.[0]?.taskArn).toBe(first);
  const conflict = await harness.run({ clientToken: 'once', count: 1 }).catch((error: unknown) => error);
  expect(conflict).toBeInstanceOf(ConflictException);
  expect(conflict).toMatchObject({ resourceIds: again.tasks?.map((task) => task.taskArn) });
  // The token belongs to its cluster.
  expect(await harness.arnOfRun({ clientToken: 'once', count: 2, cluster: 'prod' })).not.toBe(first);
});

it('forgets a client token an hour after its tasks stopped', async () => {
  const harness = await startHarness();
  await harness.register();
  const first = await harness.arnOfRun({ clientToken: 'once' });
  await harness.ecs.send(new StopTaskCommand({ task: first }));
  await harness.until(first, 'STOPPED');
  expect(await harness.arnOfRun({ clientToken: 'once' })).toBe(first);
  await harness.fake.clock.advance(3_600_000);
  expect(await harness.arnOfRun({ clientToken: 'once' })).not.toBe(first);
});

it('reports failures beside what it started', async () => {
  const harness = await startHarness();
  await harness.register();
  harness.fake.ecs.runTaskFailures.push({ reason: 'RESOURCE:MEMORY', count: 2 }, { reason: 'AGENT', detail: 'disconnected' });
  const partial = await harness.run({ count: 3 });
  expect(partial.tasks).toHaveLength(1);
  expect(partial.failures?.map(({ reason }) => reason)).toEqual(['RESOURCE:MEMORY', 'RESOURCE:MEMORY']);
  const none = await harness.run();
  expect(none).toMatchObject({ tasks: [], failures: [{ reason: 'AGENT', detail: 'disconnected' }] });
  expect((await harness.run()).failures).toEqual([]);
});

it('refuses an inactive revision', async () => {
  const harness = await startHarness();
  const arn = await harness.register();
  await harness.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
  await expect(harness.run({ taskDefinition: arn })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'TaskDefinition is inactive',
  });
  await expect(harness.run({ taskDefinition: 'web' })).rejects.toMatchObject({ name: 'ClientException' });
});

const badRequests: [string, object, string][] = [
  ['a count of 11', { count: 11 }, 'InvalidParameterException'],
  ['a launch type and a strategy', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, 'InvalidParameterException'],
  ['no network for awsvpc', { networkConfiguration: undefined }, 'InvalidParameterException'],
  ['a subnet that is not there', { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }, 'InvalidParameterException'],
  ['17 subnets', { networkConfiguration: { awsvpcConfiguration: { subnets: Array(17).fill('subnet-1') } } }, 'InvalidParameterException'],
  [
    'overrides over 8192 characters',
    { overrides: { containerOverrides: [{ name: 'main', command: ['x'.repeat(8192)] }] } },
    'ClientException',
  ],
  ['an override of a container that is not there', { overrides: { containerOverrides: [{ name: 'other' }] } }, 'ClientException'],
  ['a client token with a space', { clientToken: 'a b' }, 'InvalidParameterException'],
  ['a client token of 65 characters', { clientToken: 'a'.repeat(65) }, 'InvalidParameterException'],
  ['a startedBy with a space', { startedBy: 'a b' }, 'InvalidParameterException'],
  ['51 tags', { tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' })) }, 'InvalidParameterException'],
  ['a reserved tag', { tags: [{ key: 'aws:x', value: '' }] }, 'InvalidParameterException'],
  ['an unknown platform version', { platformVersion: 'newest' }, 'PlatformUnknownException'],
  ['exec without a task role', { enableExecuteCommand: true }, 'InvalidParameterException'],
  ['a cluster that is not there', { cluster: 'nowhere' }, 'ClusterNotFoundException'],
];

it.each(badRequests)('refuses %s', async (_what, input, name) => {
  const harness = await startHarness();
  await harness.register();
  await expect(harness.run(input)).rejects.toMatchObject({ name });
});
