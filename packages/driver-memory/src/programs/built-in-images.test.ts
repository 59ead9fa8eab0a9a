import { supports } from '@cloud/container-core';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryDriver, type Program } from '../index.js';

const heard: string[] = [];
const images: Readonly<Record<string, Program>> = {
  'example.com/team/greeter:2': ({ args, env, stdout }) => {
    stdout.write(`${env['GREETING'] ?? 'hello'} ${args.join(' ')}\n`);
  },
  polite: async ({ signal }) => {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  },
  listener: async ({ onSignal, signal }) => {
    onSignal((name) => heard.push(name));
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  },
  deaf: () => new Promise<void>(() => undefined),
  big: () => 300,
};
const driver = await memoryDriver.connect({ images });

afterAll(() => driver.close());

/** Runs a container to its end, as `run()` does, and gives all that it left. */
async function run(image: string, command?: readonly string[], env?: Readonly<Record<string, string>>) {
  const container = await driver.deployContainer({
    image,
    ...(command === undefined ? {} : { command }),
    ...(env === undefined ? {} : { env }),
  });
  const ended = await driver.waitForContainer(container, { until: 'stopped' });
  const lines: Record<string, string[]> = { stdout: [], stderr: [] };
  for await (const { stream, message } of driver.getContainerLogs(container)) lines[stream]?.push(message);
  await driver.destroyContainer(container);
  return { code: ended.exit?.code, stdout: lines['stdout'], stderr: lines['stderr'] };
}

describe('busybox', () => {
  it.each<[string, string[], { code: number; stdout: string[] }]>([
    ['echo', ['echo', 'hello', 'you'], { code: 0, stdout: ['hello you'] }],
    ['echo -n', ['echo', '-n', 'hello'], { code: 0, stdout: ['hello'] }],
    ['true', ['true'], { code: 0, stdout: [] }],
    ['false', ['/bin/false'], { code: 1, stdout: [] }],
    ['printenv', ['printenv', 'A'], { code: 0, stdout: ['1'] }],
    ['printenv of what is not set', ['printenv', 'B'], { code: 1, stdout: [] }],
    ['env', ['env'], { code: 0, stdout: ['A=1'] }],
    ['sleep', ['sleep', '0.01'], { code: 0, stdout: [] }],
    ['cat of nothing', ['cat'], { code: 0, stdout: [] }],
    ['pwd', ['pwd'], { code: 0, stdout: ['/'] }],
  ])('%s does what it does in a real one', async (_name, command, expected) => {
    expect(await run('busybox', command, { A: '1' })).toMatchObject({ ...expected, stderr: [] });
  });

  it('ends at once without a command, and says what it does not have', async () => {
    expect(await run('busybox')).toEqual({ code: 0, stdout: [], stderr: [] });
    expect(await run('busybox', ['sh', '-c', 'true'])).toMatchObject({
      code: 127,
      stderr: [expect.stringContaining('no shell in memory')],
    });
    expect(await run('busybox', ['constructor'])).toMatchObject({ code: 127, stderr: [expect.stringContaining('not found')] });
  });
});

describe('other images', () => {
  it('greet, print and crash', async () => {
    expect((await run('hello-world')).stdout?.[0]).toContain('Hello');
    expect(await run('memory/print', ['one', 'two'])).toEqual({ code: 0, stdout: ['one two'], stderr: [] });
    const crashed = await run('memory/crash');
    expect(crashed.code).toBe(1);
    expect(crashed.stderr?.[0]).toBe('Error: crashed, as it is meant to');
  });

  it('serve HTTP on a real port until they are stopped', async () => {
    const container = await driver.deployContainer({ image: 'memory/http-echo', env: { PORT: '80' }, ports: [{ containerPort: 80 }] });
    const [endpoint] = container.endpoints;
    const url = `http://${endpoint?.host}:${endpoint?.port}/path?x=1`;
    const answer = await fetch(url, { method: 'POST', body: 'ping' });
    expect(await answer.json()).toEqual({ method: 'POST', url: '/path?x=1', body: 'ping' });
    expect((await driver.stopContainer(container)).exit?.code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    await driver.destroyContainer(container);
  });

  it("are the user's own functions", async () => {
    const ran = await run('example.com/team/greeter:2', ['greeter', 'wörld'], { GREETING: 'servus' });
    expect(ran).toEqual({ code: 0, stdout: ['servus wörld'], stderr: [] });
    expect((await run('big')).code).toBe(44);
  });

  it('are named when there is none of that name', async () => {
    await expect(driver.deployContainer({ image: 'nginx:1.27' })).rejects.toMatchObject({
      code: 'image-pull',
      message: expect.stringMatching(/nginx:1\.27.*busybox/),
    });
  });
});

describe('being stopped', () => {
  it('is 143 for a program that lets itself be ended, 137 for one that does not listen', async () => {
    const polite = await driver.deployContainer({ image: 'polite' });
    expect((await driver.stopContainer(polite)).exit?.code).toBe(143);
    const deaf = await driver.deployContainer({ image: 'deaf' });
    expect((await driver.stopContainer(deaf, { gracePeriodSeconds: 0.01 })).exit?.code).toBe(137);
    await Promise.all([driver.destroyContainer(polite), driver.destroyContainer(deaf)]);
  });
});

it('tells a program of signals, by number and by name', async () => {
  if (!supports(driver, 'signals')) throw new Error('The profile engine has signals.');
  const container = await driver.deployContainer({ image: 'listener' });
  await driver.waitForContainer(container, { until: 'running' });
  await driver.killContainer(container, { killSignal: '1' });
  await driver.killContainer(container, { killSignal: 'usr1' });
  expect(heard).toEqual(['SIGHUP', 'SIGUSR1']);
  expect((await driver.stopContainer(container)).exit?.code).toBe(0);
  await driver.destroyContainer(container);
});
