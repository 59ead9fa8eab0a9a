import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, onTestFinished } from 'vitest';
import type { LogsApi } from '../aws-apis.js';
import { optionsFor, startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { sdkOf } from '../test-support/sdk-of.js';

const speak =
  (lines: number) =>
  async ({ onOutput }: { onOutput(text: string): void }) => {
    for (let line = 1; line <= lines; line++) onOutput(`line ${line}\n`);
    return 0;
  };

async function messages(stream: AsyncIterable<{ readonly message: string }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { message } of stream) all.push(message);
  return all;
}

const expected = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

it('reads every line once over many pages, also when pages are empty and lines come late', async () => {
  const { fake, driver } = await startConnection({ run: speak(25_000) }, { logDrainMs: 400 });
  fake.logs.knobs.emptyPages = 1;
  fake.logs.knobs.ingestionDelayMs = 150;
  const container = await driver.deployContainer({ name: 'talker', image: 'busybox' });
  expect(await messages(driver.getContainerLogs(container, { follow: true }))).toEqual(expected(1, 25_000));
  expect(await messages(driver.getContainerLogs(container))).toEqual(expected(1, 25_000));
});

it.each([
  ['follow', { follow: true }],
  ['read', {}],
  ['tail', { tail: 10 }],
])('ends a %s when CloudWatch gives a new token with every empty page', async (_what, options) => {
  const { fake, driver, connect } = await startConnection({ run: speak(10) });
  const container = await driver.deployContainer({ name: 'talker', image: 'busybox' });
  await messages(driver.getContainerLogs(container, { follow: true }));
  const sdk = new CloudWatchLogs(optionsFor(fake));
  onTestFinished(() => sdk.destroy());
  let count = 0;
  const getLogEvents: LogsApi['getLogEvents'] = async (input, { abortSignal }) => {
    const isNew = input.nextToken?.startsWith('new') === true;
    const reply = isNew ? { events: [], $metadata: {} } : await sdk.getLogEvents(input, { abortSignal });
    count += 1;
    return { ...reply, nextForwardToken: `new/${count}`, nextBackwardToken: `new/${count}` };
  };
  const endless = await connect({ clients: { logs: Object.assign(Object.create(sdk) as LogsApi, { getLogEvents }) } });
  expect(await messages(endless.getContainerLogs(container, options))).toEqual(expected(1, 10));
});

it('goes on after any cursor, also inside a millisecond and from a tail', async () => {
  const { driver } = await startConnection({ run: speak(300) });
  const container = await driver.deployContainer({ name: 'talker', image: 'busybox' });
  await messages(driver.getContainerLogs(container, { follow: true }));
  const cursors: string[] = [];
  for await (const { cursor } of driver.getContainerLogs(container)) cursors.push(cursor ?? '');
  for (const at of [1, 150, 299, 300]) {
    expect(await messages(driver.getContainerLogs(container, { after: cursors[at - 1] }))).toEqual(expected(at + 1, 300));
  }
  const tail: string[] = [];
  for await (const { cursor } of driver.getContainerLogs(container, { tail: 10 })) tail.push(cursor ?? '');
  expect(tail).toEqual(cursors.slice(-10));
});

it('has no lines of a container that never came to write, and says why there are none to read', async () => {
  const { driver } = await startConnection({ pull: async () => Promise.reject(new Error('manifest unknown')) });
  const failing = await driver.deployContainer({ name: 'failing', image: 'busybox' });
  expect(await failureOf(driver.waitForContainer(failing, { until: 'running' }))).toMatchObject({ code: 'image-pull' });
  expect(await messages(driver.getContainerLogs(failing, { follow: true }))).toEqual([]);
  const silent = await driver.deployContainer({ name: 'silent', image: 'busybox', providerOptions: { ecs: { logs: 'none' } } });
  expect(await failureOf(messages(driver.getContainerLogs(silent)))).toMatchObject({ code: 'precondition-failed' });
});

it('follows a container that another connection destroys to its last line', async () => {
  const { driver, connect } = await startConnection({
    run: async ({ onOutput, terminate }) => {
      onOutput('hello\n');
      await new Promise((resolve) => terminate.addEventListener('abort', resolve));
      onOutput('bye\n');
      return 0;
    },
  });
  const container = await driver.deployContainer({ name: 'web', image: 'nginx' });
  await driver.waitForContainer(container, { until: 'running' });
  const lines: string[] = [];
  for await (const { message } of driver.getContainerLogs(container, { follow: true })) {
    if (lines.push(message) === 1) await (await connect()).destroyContainer(container);
  }
  expect(lines).toEqual(['hello', 'bye']);
});

it('follows on after more than a day of silence, when the token of the last page has ended', async () => {
  for (const options of [{}, { tail: 1 }]) {
    let speakAgain = () => {};
    const { fake, driver } = await startConnection({
      run: async ({ onOutput }) => {
        onOutput('one\ntwo\n');
        await new Promise<void>((resolve) => {
          speakAgain = resolve;
        });
        onOutput('three\n');
        return 0;
      },
    });
    const container = await driver.deployContainer({ name: 'quiet', image: 'busybox' });
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(container, { follow: true, ...options })) {
      lines.push(message);
      if (message !== 'two') continue;
      await fake.clock.advance(25 * 3_600_000);
      setTimeout(speakAgain, 300);
    }
    expect(lines).toEqual('tail' in options ? ['two', 'three'] : ['one', 'two', 'three']);
  }
});

it('reads the lines of somebody’s task where its definition sends them', async () => {
  const { fake, driver } = await startConnection();
  const ecs = sdkOf(fake);
  const options = { 'awslogs-group': 'theirs', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'app' };
  fake.logs.createGroup('theirs');
  await ecs.registerTaskDefinition({
    family: 'theirs',
    containerDefinitions: [{ name: 'web', image: 'nginx', memory: 64, logConfiguration: { logDriver: 'awslogs', options } }],
  });
  const { tasks = [] } = await ecs.runTask({ taskDefinition: 'theirs', launchType: 'EC2' });
  // The fake is one region only, and says so of a request that was signed for another one.
  expect(await failureOf(messages(driver.getContainerLogs(tasks[0]?.taskArn ?? '')))).toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining("not 'eu-west-1'"),
  });
});
