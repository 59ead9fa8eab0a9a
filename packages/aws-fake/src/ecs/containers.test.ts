import { RegisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { startHarness } from '../test-support/harness.js';
import type { RunContainer } from './run-container.js';

/** Ends only when it is killed. */
const deaf: RunContainer = () => new Promise(() => undefined);

it('kills a program that does not end within its stop timeout', async () => {
  const harness = await startHarness({ run: deaf });
  await harness.register('web', { stopTimeout: 5 });
  const arn = await harness.arnOfRun();
  await harness.until(arn, 'RUNNING');
  await harness.ecs.send(new StopTaskCommand({ task: arn }));
  await harness.until(arn, 'STOPPING');
  await harness.fake.clock.advance(4_900);
  expect((await harness.describe(arn)).lastStatus).toBe('STOPPING');
  await harness.fake.clock.advance(200);
  expect((await harness.until(arn, 'STOPPED')).containers?.[0]?.exitCode).toBe(137);
});

it('says why a container did not start: no image, no program', async () => {
  const harness = await startHarness({
    pull: async (image) => {
      if (image.startsWith('absent')) throw new Error('manifest unknown');
      return { digest: `sha256:${'a'.repeat(64)}` };
    },
    run: async () => {
      throw new Error('exec: "nonsense": executable file not found in $PATH');
    },
  });
  await harness.register('web', { image: 'absent:1' });
  const unpulled = await harness.until(await harness.arnOfRun(), 'STOPPED');
  expect(unpulled).toMatchObject({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: manifest unknown' });
  expect(unpulled.containers?.[0]?.exitCode).toBeUndefined();
  await harness.register('web');
  const unstarted = await harness.until(await harness.arnOfRun(), 'STOPPED');
  expect(unstarted).toMatchObject({ stopCode: 'TaskFailedToStart' });
  expect(unstarted.containers?.[0]).toMatchObject({
    reason: expect.stringContaining('CannotStartContainerError'),
    imageDigest: expect.any(String),
  });
  expect(unstarted.containers?.[0]?.exitCode).toBeUndefined();
});

it('stops the others with an essential container, and none with another', async () => {
  const ends = new Map<string, (code: number) => void>();
  const harness = await startHarness({
    run: ({ name, terminate }) =>
      new Promise((resolve) => {
        ends.set(name, resolve);
        terminate.addEventListener('abort', () => resolve(0));
      }),
  });
  await harness.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        { name: 'main', image: 'a' },
        { name: 'side', image: 'b', essential: false },
        { name: 'other', image: 'c' },
      ],
    }),
  );
  const arn = await harness.arnOfRun();
  await harness.until(arn, 'RUNNING');
  ends.get('side')?.(1);
  const codes = async () =>
    Object.fromEntries((await harness.describe(arn)).containers?.map(({ name, exitCode }) => [name, exitCode]) ?? []);
  while ((await codes())['side'] === undefined);
  expect(await harness.describe(arn)).toMatchObject({ lastStatus: 'RUNNING' });
  ends.get('main')?.(3);
  expect(await harness.until(arn, 'STOPPED')).toMatchObject({ stopCode: 'EssentialContainerExited' });
  expect(await codes()).toEqual({ main: 3, side: 1, other: 0 });
});

it('passes command, environment and overrides to the program, and its health back', async () => {
  const seen: unknown[] = [];
  const harness = await startHarness({
    run: ({ command, entryPoint, environment, setHealth, terminate }) =>
      new Promise((resolve) => {
        seen.push({ command, entryPoint, environment });
        setHealth('HEALTHY');
        terminate.addEventListener('abort', () => resolve(0));
      }),
  });
  await harness.register('web', {
    entryPoint: ['/bin/sh'],
    command: ['-c', 'one'],
    environment: [{ name: 'A', value: '1' }],
    healthCheck: { command: ['CMD', 'true'] },
  });
  const environment = [{ name: 'B', value: '2' }];
  const arn = await harness.arnOfRun({ overrides: { containerOverrides: [{ name: 'main', command: ['-c', 'two'], environment }] } });
  expect((await harness.until(arn, 'RUNNING')).healthStatus).toBe('HEALTHY');
  expect(seen).toEqual([{ entryPoint: ['/bin/sh'], command: ['-c', 'two'], environment: { A: '1', B: '2' } }]);
});
