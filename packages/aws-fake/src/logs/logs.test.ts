import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, onTestFinished } from 'vitest';
import type { AwsFakeOptions } from '../start-aws-fake.js';
import { clientSettings, startHarness } from '../test-support/harness.js';

const GROUP = '/ecs/web';
const awslogs = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': GROUP, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'app', 'awslogs-create-group': 'true' },
  },
};

async function startLogs(options: AwsFakeOptions = {}) {
  const harness = await startHarness(options);
  const logs = new CloudWatchLogsClient(clientSettings(harness.fake));
  onTestFinished(() => logs.destroy());
  return {
    ...harness,
    logs,
    get: (input: Partial<GetLogEventsCommandInput>) =>
      logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', startFromHead: true, ...input })),
    async stream(count: number, message = (index: number) => `line ${index}`) {
      await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
      await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'one' }));
      const logEvents = Array.from({ length: count }, (_, index) => ({ timestamp: 1_000 + index, message: message(index) }));
      await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents }));
    },
  };
}

it('holds what a container wrote: no empty line, 16 KiB pieces, a last line without newline', async () => {
  const harness = await startLogs({
    run: async ({ onOutput, environment }) => {
      onOutput(`hello ${environment['WHO']}\n\nwor`);
      onOutput(`ld\n${'x'.repeat(20_000)}\n`);
      onOutput(Buffer.from('gr\u00fc').subarray(0, 3));
      onOutput(Buffer.from('gr\u00fc').subarray(3));
      return 7;
    },
  });
  await harness.register('web', { ...awslogs, environment: [{ name: 'WHO', value: 'you' }] });
  const arn = await harness.arnOfRun();
  const stopped = await harness.until(arn, 'STOPPED');
  expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' });
  expect(stopped.containers?.[0]?.exitCode).toBe(7);
  const reply = await harness.get({ logStreamName: `app/main/${arn.split('/').at(-1)}` });
  expect(reply.events?.map(({ message }) => message)).toEqual([
    'hello you',
    'world',
    'x'.repeat(16_384),
    'x'.repeat(20_000 - 16_384),
    'grü',
  ]);
});

it('fails a task whose log group is not there and must not be created', async () => {
  const harness = await startLogs();
  const { 'awslogs-create-group': _, ...options } = awslogs.logConfiguration.options;
  await harness.register('web', { logConfiguration: { logDriver: 'awslogs', options } });
  const stopped = await harness.until(await harness.arnOfRun(), 'STOPPED');
  expect(stopped.stopCode).toBe('TaskFailedToStart');
  expect(stopped.stoppedReason).toContain('The specified log group does not exist.');
});

it('pages forwards to a token that repeats, also past an empty page', async () => {
  const harness = await startLogs();
  await harness.stream(25);
  harness.fake.logs.knobs.emptyPages = 1;
  const messages: (string | undefined)[] = [];
  let token: string | undefined;
  let pages = 0;
  for (;;) {
    const page = await harness.get({ limit: 10, ...(token === undefined ? {} : { nextToken: token }) });
    pages += 1;
    messages.push(...(page.events?.map(({ message }) => message) ?? []));
    if (page.nextForwardToken === token) break;
    token = page.nextForwardToken;
  }
  expect(messages).toEqual(Array.from({ length: 25 }, (_, index) => `line ${index}`));
  expect(pages).toBe(5);
  const { logs } = harness;
  await logs.send(
    new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents: [{ timestamp: 2_000, message: 'late' }] }),
  );
  expect((await harness.get({ nextToken: token })).events?.map(({ message }) => message)).toEqual(['late']);
});

it('gives the last events first without startFromHead, and goes back from there', async () => {
  const harness = await startLogs();
  await harness.stream(25);
  const last = await harness.get({ limit: 10, startFromHead: false });
  expect(last.events?.[0]?.message).toBe('line 15');
  const previous = await harness.get({ limit: 10, startFromHead: false, nextToken: last.nextBackwardToken });
  expect(previous.events?.[0]?.message).toBe('line 5');
  const byTime = await harness.get({ startTime: 1_003, endTime: 1_005 });
  expect(byTime.events?.map(({ message }) => message)).toEqual(['line 3', 'line 4']);
});

it('ends a page at a megabyte', async () => {
  const harness = await startLogs();
  await harness.stream(10, () => 'x'.repeat(100_000));
  await harness.logs.send(
    new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents: [{ timestamp: 5_000, message: 'x'.repeat(100_000) }] }),
  );
  expect((await harness.get({})).events).toHaveLength(10);
});

it('shows events only after the ingestion delay', async () => {
  const harness = await startLogs({ manualClock: true });
  harness.fake.logs.knobs.ingestionDelayMs = 1_000;
  await harness.stream(1);
  expect((await harness.get({})).events).toEqual([]);
  await harness.fake.clock.advance(1_000);
  expect((await harness.get({})).events).toHaveLength(1);
});

it('filters over streams in the order of time', async () => {
  const harness = await startLogs();
  await harness.stream(3);
  await harness.logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'two' }));
  await harness.logs.send(
    new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'two', logEvents: [{ timestamp: 1_001, message: 'other' }] }),
  );
  const { events } = await harness.logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, startTime: 1_001 }));
  expect(events?.map(({ message }) => message)).toEqual(['line 1', 'other', 'line 2']);
  const { logStreams } = await harness.logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP, logStreamNamePrefix: 't' }));
  expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['two']);
});

it('names what is not there or is there already', async () => {
  const { fake, logs, get, stream } = await startLogs();
  await expect(get({})).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'The specified log group does not exist.' });
  await stream(1);
  await expect(get({ logStreamName: 'three' })).rejects.toMatchObject({ message: 'The specified log stream does not exist.' });
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 2 }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 7 }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs/' }));
  expect(logGroups).toMatchObject([{ logGroupName: GROUP, retentionInDays: 7 }]);
  const token = (await get({})).nextForwardToken;
  for (const input of [
    { limit: 10_001 },
    { nextToken: 'made-up' },
    { nextToken: token, startFromHead: false },
    { logGroupIdentifier: GROUP },
  ]) {
    await expect(get(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
  await fake.clock.advance(25 * 3_600_000);
  await expect(get({ nextToken: token })).rejects.toMatchObject({ message: 'The specified nextToken is invalid.' });
  await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
  await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
