import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';

it('takes a task through its life, with address, times and exit code', async () => {
  const { register, ...harness } = await startHarness();
  await register();
  const { tasks, failures } = await harness.run({ tags: [{ key: 'team', value: 'blue' }] });
  expect(failures).toEqual([]);
  expect(tasks?.[0]).toMatchObject({ lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', launchType: 'FARGATE', group: 'family:web' });
  const arn = tasks?.[0]?.taskArn ?? '';

  const running = await harness.until(arn, 'RUNNING');
  expect(running.tags).toEqual([{ key: 'team', value: 'blue' }]);
  expect(running.startedAt).toBeInstanceOf(Date);
  const details = Object.fromEntries(running.attachments?.[0]?.details?.map(({ name, value }) => [name, value]) ?? []);
  expect(details['networkInterfaceId']).toMatch(/^eni-/);
  expect(running.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe(details['privateIPv4Address']);

  await harness.ecs.send(new StopTaskCommand({ task: arn, reason: 'enough' }));
  const stopped = await harness.until(arn, 'STOPPED');
  expect(stopped).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough', desiredStatus: 'STOPPED', tags: [] });
  expect(stopped.containers?.[0]).toMatchObject({ lastStatus: 'STOPPED', exitCode: 143 });
});

it('shows every status on the way when its clock stands still', async () => {
  const times = { provisioning: 100, pending: 100, activating: 100, deactivating: 100, stopping: 100, deprovisioning: 100 };
  const harness = await startHarness({ manualClock: true, taskTimes: times });
  await harness.register();
  const arn = await harness.arnOfRun();
  const seen: (string | undefined)[] = [];
  const look = async () => seen.push((await harness.describe(arn)).lastStatus);
  for (let step = 0; step < 4; step += 1) {
    await look();
    await harness.fake.clock.advance(100);
  }
  await harness.ecs.send(new StopTaskCommand({ task: arn }));
  for (let step = 0; step < 4; step += 1) {
    await look();
    await harness.fake.clock.advance(100);
  }
  await look();
  expect(seen).toEqual([
    'PROVISIONING',
    'PENDING',
    'ACTIVATING',
    'RUNNING',
    'DEACTIVATING',
    'STOPPING',
    'DEPROVISIONING',
    'STOPPED',
    'STOPPED',
  ]);
});

it('forgets a stopped task after an hour, and shows it until then only to those who ask for STOPPED', async () => {
  const { fake, ecs, ...harness } = await startHarness();
  await harness.register();
  const arn = await harness.arnOfRun();
  await ecs.send(new StopTaskCommand({ task: arn }));
  await harness.until(arn, 'STOPPED');
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
  expect((await ecs.send(new ListTasksCommand({ desiredStatus: 'STOPPED' }))).taskArns).toEqual([arn]);
  await fake.clock.advance(3_600_000);
  expect((await ecs.send(new ListTasksCommand({ desiredStatus: 'STOPPED' }))).taskArns).toEqual([]);
  expect((await ecs.send(new DescribeTasksCommand({ tasks: [arn] }))).failures).toEqual([{ arn, reason: 'MISSING' }]);
});

it('keeps clusters apart: a bare id is MISSING elsewhere, an ARN of another cluster is refused', async () => {
  const { ecs, ...harness } = await startHarness({ clusters: ['default', 'prod'] });
  await harness.register();
  const arn = await harness.arnOfRun({ cluster: 'prod' });
  const id = arn.split('/').at(-1) ?? '';
  const missing = await ecs.send(new DescribeTasksCommand({ tasks: [id] }));
  expect(missing).toMatchObject({ tasks: [], failures: [{ reason: 'MISSING' }] });
  await expect(ecs.send(new DescribeTasksCommand({ tasks: [arn] }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid identifier: Identifier is for cluster prod. Your cluster is default',
  });
  await expect(ecs.send(new StopTaskCommand({ task: id }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
  expect((await ecs.send(new ListTasksCommand({ cluster: 'prod' }))).taskArns).toEqual([arn]);
  await expect(ecs.send(new ListTasksCommand({ cluster: 'nowhere' }))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
});

it('pages by a hundred, gives each task once while others come and go, and refuses a foreign token', async () => {
  const { ecs, ...harness } = await startHarness();
  await harness.register();
  const runs = await Promise.all(Array.from({ length: 25 }, () => harness.run({ count: 10 })));
  const all = runs.flatMap((run) => run.tasks?.map((task) => task.taskArn) ?? []);
  const first = await ecs.send(new ListTasksCommand({}));
  expect(first.taskArns).toHaveLength(100);
  await ecs.send(new StopTaskCommand({ task: first.taskArns?.[0] }));
  const second = await ecs.send(new ListTasksCommand({ nextToken: first.nextToken }));
  const third = await ecs.send(new ListTasksCommand({ nextToken: second.nextToken }));
  expect(third.nextToken).toBeUndefined();
  const seen = [first, second, third].flatMap((page) => page.taskArns ?? []);
  expect(new Set(seen)).toEqual(new Set(all));
  expect(seen).toHaveLength(250);
  const foreign = new ListTasksCommand({ nextToken: first.nextToken, family: 'web' });
  await expect(ecs.send(foreign)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(ecs.send(new ListTasksCommand({ nextToken: 'made-up' }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  for (const maxResults of [0, 101]) {
    await expect(ecs.send(new ListTasksCommand({ maxResults }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});

it('filters by family or by startedBy, the latter alone', async () => {
  const { ecs, ...harness } = await startHarness();
  await harness.register('web');
  await harness.register('job');
  const web = await harness.arnOfRun({ startedBy: 'deployer' });
  const job = await harness.arnOfRun({ taskDefinition: 'job' });
  expect((await ecs.send(new ListTasksCommand({ family: 'job' }))).taskArns).toEqual([job]);
  expect((await ecs.send(new ListTasksCommand({ startedBy: 'deployer' }))).taskArns).toEqual([web]);
  expect((await ecs.send(new ListTasksCommand({ desiredStatus: 'PENDING' }))).taskArns).toEqual([]);
  const both = new ListTasksCommand({ startedBy: 'deployer', family: 'web' });
  await expect(ecs.send(both)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(ecs.send(new ListTasksCommand({ serviceName: 'absent' }))).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
});

it('takes a hundred tasks to describe and no more, and ids of the right form only', async () => {
  const { ecs } = await startHarness();
  const id = '0'.repeat(32);
  expect((await ecs.send(new DescribeTasksCommand({ tasks: Array(100).fill(id) }))).failures).toHaveLength(100);
  for (const tasks of [[], Array(101).fill(id), ['short'], [`${'z'.repeat(32)}`]]) {
    await expect(ecs.send(new DescribeTasksCommand({ tasks }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
});

it('hides a new task for as long as the knob says', async () => {
  const { fake, ecs, ...harness } = await startHarness({ manualClock: true });
  fake.ecs.invisibleMs = 500;
  await harness.register();
  const arn = await harness.arnOfRun();
  expect((await ecs.send(new DescribeTasksCommand({ tasks: [arn] }))).failures?.[0]?.reason).toBe('MISSING');
  expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
  await fake.clock.advance(500);
  expect((await ecs.send(new DescribeTasksCommand({ tasks: [arn] }))).tasks).toHaveLength(1);
});

it('does not delete a cluster with tasks, and forgets them with a cluster of the same name', async () => {
  const { ecs, ...harness } = await startHarness({ clusters: [] });
  await ecs.send(new CreateClusterCommand({}));
  await harness.register();
  const arn = await harness.arnOfRun();
  await expect(ecs.send(new DeleteClusterCommand({ cluster: 'default' }))).rejects.toMatchObject({ name: 'ClusterContainsTasksException' });
  await ecs.send(new StopTaskCommand({ task: arn }));
  await harness.until(arn, 'STOPPED');
  const deleted = await ecs.send(new DeleteClusterCommand({ cluster: 'default' }));
  expect(deleted.cluster?.status).toBe('INACTIVE');
  await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  await ecs.send(new CreateClusterCommand({ clusterName: 'default' }));
  expect((await ecs.send(new ListTasksCommand({ desiredStatus: 'STOPPED' }))).taskArns).toEqual([]);
});

it('does not tag a task that stops', async () => {
  const { ecs, ...harness } = await startHarness();
  await harness.register();
  const arn = await harness.arnOfRun();
  await ecs.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'a', value: 'b' }] }));
  expect((await harness.describe(arn)).tags).toEqual([{ key: 'a', value: 'b' }]);
  await ecs.send(new StopTaskCommand({ task: arn }));
  const late = new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'a', value: 'b' }] });
  await expect(ecs.send(late)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
