import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Home, PROGRAM } from './playground.js';

const home = new Home();

describe('the whole life of a container, in one shell on memory', () => {
  const script = `
deploy busybox --name web --label tier=front --env A=1 -- sleep 600   # stays
wait web --until running
ps --label tier=front
exec web -- echo "from inside"
restart web --grace 0
stop web --grace 0
ps --all
inspect web
rm web
ps --all
`;

  it('for people', async () => {
    const { code, stdout, stderr } = await home.run(['shell'], { input: script });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('There are no containers on memory') });
    expect(stdout).toMatch(/^NAME +STATE +HEALTH +IMAGE +CREATED/m);
    expect(stdout).toMatch(/^web +running +busybox:latest/m);
    expect(stdout).toContain('from inside\n');
    expect(stdout).toMatch(/^web +stopped +exit 137 +busybox:latest/m);
    expect(stdout).toContain('web is removed\n');
    expect(stdout).not.toContain('\u001b');
  });

  it('stops at the first command that fails, with its exit code', async () => {
    const input = 'run busybox -- false\nrun busybox -- echo unreached\n';
    expect(await home.run(['shell'], { input })).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(await home.run(['shell', '--keep-going'], { input })).toEqual({ code: 1, stdout: 'unreached\n', stderr: '' });
    const unclosed = 'run busybox -- echo "hi\nrun busybox -- echo reached\n';
    expect(await home.run(['shell', '--keep-going'], { input: unclosed })).toMatchObject({ code: 2, stdout: 'reached\n' });
  });
});

describe('run', () => {
  it('exits with the code of the container and keeps its streams apart', async () => {
    expect(await home.run(['run', 'busybox', '--', 'echo', 'hi'])).toEqual({ code: 0, stdout: 'hi\n', stderr: '' });
    expect((await home.run(['run', 'busybox', '--', 'no-such-applet'])).code).toBe(127);
    const crashed = await home.run(['run', 'memory/crash']);
    expect(crashed).toMatchObject({ code: 1, stdout: '' });
    expect(crashed.stderr).toContain('crashed, as it is meant to');
  });

  it.each([
    ['an image that is not there', ['run', 'no-such-image'], /^error: .+no-such-image.+\nhint: /],
    ['a provider that is not there', ['run', '--url', 'acme:', 'busybox'], /^error: .*driver "acme" not found.*memory/],
    ['an option that is not there', ['run', '--bogus', 'busybox'], /^error: unknown option '--bogus'/],
    [
      "options of the container's command without --",
      ['run', 'busybox', 'ls', '-a'],
      /^error: unknown option '-a'\n.+\nWhat runs in .+ after --/,
    ],
  ])('ends with 125 for %s', async (_what, words, message) => {
    const { code, stdout, stderr } = await home.run(words);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('ends promptly with 130 at Ctrl-C', async () => {
    const command = home.start(['run', 'memory/http-echo', '--publish', '80', '--json']);
    await command.hasWritten(/"type":"container"/);
    command.interrupt();
    expect((await command.ended).code).toBe(130);
  });
});

describe('what goes wrong is told in one sentence', () => {
  it.each<[string, readonly string[], number]>([
    ['a command that is not there', ['fly'], 2],
    ['a value that is not one', ['deploy', 'busybox', '--memory', 'much'], 2],
    ['an argument that is missing', ['logs'], 2],
    ['two places at once', ['ps', '--url', 'memory:', '--profile', 'x'], 2],
    ['a name with other letters', ['deploy', 'busybox', '--name', 'No_Good'], 2],
    ['a container that is not there', ['logs', 'nobody'], 1],
    ['an image that is not there', ['rmi', 'nothing'], 1],
    ['a cluster that is not there', ['clusters', 'destroy', 'nobody', '--url', 'memory:?profile=tasks'], 1],
    ['what the provider does not do', ['stats', 'nobody'], 1],
    ['half a command', ['clusters'], 2],
  ])('%s', async (_what, words, expected) => {
    const { code, stdout, stderr } = await home.run(words);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^(error: |Usage: )/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('as JSON with --json', async () => {
    const { code, stdout, stderr } = await home.run(['stats', 'nobody', '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'unsupported', provider: 'memory', message: expect.any(String) } });
  });

  it('and never with a secret of a URL', async () => {
    const { code, stderr } = await home.run(['ps', '--verbose', '--url', 'docker+tcp://user:hunter22@host']);
    expect(code).toBe(2);
    expect(stderr).not.toContain('hunter22');
  });
});

describe('help', () => {
  it('shows what the provider supports and names the rest', async () => {
    const { code, stdout } = await home.run(['--help', '--url', 'memory:']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}exec /m);
    expect(stdout).not.toMatch(/^ {2}clusters/m);
    expect(stdout).toMatch(/^Not supported by memory: .*clusters/m);
    const tasks = await home.run(['--help', '--url', 'memory:?profile=tasks']);
    expect(tasks.stdout).toMatch(/^ {2}clusters/m);
    expect(tasks.stdout).toMatch(/^Not supported by memory: exec/m);
  });

  it('is shown without a command', async () => {
    expect((await home.run([])).stdout).toMatch(/^Usage: playground/);
  });
});

describe('profiles', () => {
  const directory = join(home.path, 'project');
  mkdirSync(directory);

  it('init writes a file once, which --profile reads', async () => {
    expect((await home.run(['ps', '--profile', 'memory'], { directory })).code).toBe(2);
    expect((await home.run(['init'], { directory })).code).toBe(0);
    expect(JSON.parse(await readFile(join(directory, 'cloud-container.json'), 'utf8'))).toMatchObject({ defaultProfile: 'memory' });
    expect((await home.run(['init'], { directory })).code).toBe(1);
    expect((await home.run(['init', '--force'], { directory })).code).toBe(0);
    expect((await home.run(['ps', '--profile', 'memory'], { directory })).code).toBe(0);
    expect((await home.run(['ps', '--profile', 'nobody'], { directory })).stderr).toMatch(/no profile "nobody".*memory, local/);
  });

  it('a flag goes before the environment, and that before the default profile', async () => {
    await writeFile(
      join(directory, 'cloud-container.json'),
      JSON.stringify({ defaultProfile: 'tasks', profiles: { tasks: { url: 'memory:?profile=tasks' }, fast: { url: 'memory:' } } }),
    );
    expect((await home.run(['trust', '--yes'], { directory })).code).toBe(0);
    const offers = async (words: readonly string[], environment = {}) =>
      /^Not supported by \w+: (\w+)/m.exec((await home.run(['--help', ...words], { directory, environment })).stdout)?.[1];
    expect(await offers([])).toBe('exec');
    expect(await offers([], { CLOUD_CONTAINER_URL: 'memory:' })).not.toBe('exec');
    expect(await offers(['--profile', 'tasks'], { CLOUD_CONTAINER_URL: 'memory:' })).toBe('exec');
    expect(await offers(['--url', 'memory:?profile=tasks'], { CLOUD_CONTAINER_URL: 'memory:' })).toBe('exec');
  });

  it('a file with a credential is refused', async () => {
    await writeFile(
      join(directory, 'cloud-container.json'),
      JSON.stringify({ profiles: { a: { url: 'memory:', options: { secretKey: 'hunter22' } } } }),
    );
    const { code, stderr } = await home.run(['ps', '--profile', 'a'], { directory });
    expect(code).toBe(2);
    expect(stderr).toContain('secretKey');
    expect(stderr).not.toContain('hunter22');
  });
});

it('says that containers in this process end with the command', async () => {
  const { code, stderr } = await home.run(['deploy', 'busybox', '--', 'sleep', '600']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('lives in this process') });
});

describe('what must not go unsaid', () => {
  it.skipIf(!existsSync('/dev/full'))('that the output could not be written', async () => {
    const command = `'${process.execPath}' '${PROGRAM}' run memory/print -- hi > /dev/full`;
    const child = spawn('sh', ['-c', command], {
      env: { PATH: process.env['PATH'], HOME: home.path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.stringContaining('could not be written') });
  });

  it('that exec -i is not for the shell, which goes on', async () => {
    const input = 'deploy busybox --name app -- sleep 60\nexec -i app -- cat\nexec app -- echo reached\n';
    const { code, stdout, stderr } = await home.run(['shell', '--keep-going'], { input });
    expect({ code, stdout }).toEqual({ code: 125, stdout: expect.stringContaining('reached\n') });
    expect(stderr).toContain('-i is not for the shell');
  });

  it('that a file of profiles says what nobody understands, or holds a credential anywhere', async () => {
    const url = 'memory:';
    const contents = [
      [{ profiles: { a: { url } }, defaultprofile: 'a' }, 'defaultprofile'],
      [{ profiles: { a: { url, option: {} } } }, 'option'],
      [{ profiles: { a: { url, options: { failures: [{ password: 'x' }] } } } }, 'password'],
      [{ profiles: { a: { url } }, aws: { secretAccessKey: 'x' } }, 'secretAccessKey'],
    ] as const;
    for (const [content, key] of contents) {
      const directory = join(home.path, `profiles-${key}`);
      mkdirSync(directory);
      await writeFile(join(directory, 'cloud-container.json'), JSON.stringify(content));
      const { code, stderr } = await home.run(['ps'], { directory });
      expect({ key, code, stderr }).toEqual({ key, code: 2, stderr: expect.stringContaining(`"${key}"`) });
    }
    expect((await home.run(['ps', '--timeout', '0'])).stderr).toContain('--timeout');
    const { stderr } = await home.run(['ps', '--url', 'ecs:foo:HUNTER2@x']);
    expect(stderr).toContain('error:');
    expect(stderr).not.toContain('HUNTER2');
  });
});
