import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunContainer, startAwsFake } from '@cloud/aws-fake';
import { dockerEngine, exchange } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { Home, terminalAvailable } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const SIGNALS = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;
const READY = ['busybox', '--', 'sh', '-c', 'echo ready; exec sleep 600'];

describe.skipIf(!docker.available)('a command that is ended', () => {
  const environment = () => ({ CLOUD_CONTAINER_URL: docker.get().url });

  async function containersLeft(): Promise<readonly string[]> {
    const { body } = await exchange(docker.get().address, { method: 'GET', path: '/containers/json?all=1' });
    return (JSON.parse(body) as { readonly Names: readonly string[] }[]).flatMap(({ Names }) => Names);
  }

  it.each(SIGNALS)('run removes its container when it receives %s', async (signal, code) => {
    const commands = Array.from({ length: 8 }, () => home.start(['run', ...READY], { environment: environment() }));
    await Promise.all(commands.map((command) => command.hasWritten(/ready/)));
    expect(await containersLeft()).toHaveLength(8);
    for (const command of commands) command.kill(signal);
    const ended = await Promise.all(commands.map((command) => command.ended));
    expect(ended.map((each) => each.code)).toEqual(commands.map(() => code));
    expect(await containersLeft()).toEqual([]);
  });

  it('run removes its container when SIGHUP arrives again and after SIGTERM', async () => {
    const command = home.start(['run', ...READY], { environment: environment() });
    await command.hasWritten(/ready/);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGHUP'] as const) command.kill(signal);
    // Which of them the process receives first is not defined.
    expect([129, 143]).toContain((await command.ended).code);
    expect(await containersLeft()).toEqual([]);
  });

  it('shell removes the container of its running command when it receives SIGHUP', async () => {
    const line = `run ${READY.slice(0, 4).join(' ')} "echo ready; exec sleep 600"\n`;
    const command = home.start(['shell'], { environment: environment(), input: line });
    await command.hasWritten(/ready/);
    command.kill('SIGHUP');
    expect((await command.ended).code).toBe(129);
    expect(await containersLeft()).toEqual([]);
  });

  it.each(['stdout', 'stderr'] as const)('run removes its container when its %s is closed', async (stream) => {
    const script = 'echo line; while true; do echo line; echo line >&2; done';
    const command = home.start(['run', 'busybox', '--', 'sh', '-c', script], { environment: environment() });
    await command.hasWritten(/line/);
    command.leave(stream);
    expect((await command.ended).code).toBe(130);
    expect(await containersLeft()).toEqual([]);
  });

  describe.skipIf(!terminalAvailable())('in a terminal', () => {
    it.each([
      ['run', 'run', ...READY],
      ['exec -it beside it', 'exec', '-it', 'web', '--', 'cat'],
    ])('%s ends and leaves nothing when the terminal is closed', async (name, ...words) => {
      const isExec = name !== 'run';
      if (isExec) await home.run(['deploy', '--name', 'web', ...READY], { environment: environment() });
      const codeFile = join(home.path, `code-${words[0]}`);
      const command = home.startInTerminal(words, { environment: environment(), codeFile });
      if (isExec) {
        command.type('echoed\r');
        await command.hasWritten(/echoed[\s\S]*echoed/);
      } else await command.hasWritten(/ready/);
      command.kill('SIGKILL');
      while (!existsSync(codeFile) || readFileSync(codeFile, 'utf8') === '') await sleep(50);
      // Node itself aborts (134) at its exit when it cannot reset the terminal any more; by then all is done.
      expect(['129', '130', '134']).toContain(readFileSync(codeFile, 'utf8').trim());
      if (isExec) await home.run(['rm', 'web'], { environment: environment() });
      expect(await containersLeft()).toEqual([]);
    });

    it('the shell ends at once when Ctrl-C is pressed twice during a command that cannot clean up', async () => {
      const { freeze, resume } = docker.get();
      const shell = home.startInTerminal(['shell'], { environment: environment() });
      await shell.hasWritten(/playground> /);
      shell.type(`run busybox -- sh -c 'echo "rea"dy; exec sleep 600'\r`);
      await shell.hasWritten(/ready/);
      await freeze();
      try {
        shell.type('\u0003');
        await shell.hasWritten(/\^C/);
        shell.type('\u0003');
        expect((await shell.ended).code).toBe(130);
      } finally {
        await resume();
      }
      const [left = ''] = await containersLeft();
      await exchange(docker.get().address, { method: 'DELETE', path: `/containers${left}?force=1` });
    });
  });
});

describe('a command on Amazon ECS that is ended', () => {
  const programs: RunContainer = async ({ onOutput, terminate }) => {
    onOutput('ready\n');
    await new Promise<void>((resolve) => terminate.addEventListener('abort', () => resolve(), { once: true }));
    return 143;
  };

  it('run stops its task when it receives SIGHUP', async () => {
    const fake = await startAwsFake({ run: programs });
    try {
      const role = encodeURIComponent(`arn:aws:iam::${fake.accountId}:role/ecsTaskExecutionRole`);
      const environment = {
        CLOUD_CONTAINER_URL: `ecs://us-east-1/default?endpoint=${encodeURIComponent(fake.endpoint)}&executionRoleArn=${role}&logDrainMs=100`,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE0EXAMPLE0',
        AWS_SECRET_ACCESS_KEY: 'canary/secret/access/key',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
      const command = home.start(['run', 'busybox'], { environment });
      await command.hasWritten(/ready/);
      command.kill('SIGHUP');
      expect((await command.ended).code).toBe(129);
      expect((await home.run(['ps'], { environment })).stdout).toBe('');
    } finally {
      await fake.stop();
    }
  });
});
