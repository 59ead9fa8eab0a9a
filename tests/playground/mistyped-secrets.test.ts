import { expect, it } from 'vitest';
import { Home } from './playground.js';

const home = new Home();

const SECRET = 'hunter2-Canary';
const PAIR = `DB_PASSWORD=${SECRET}`;
const IMAGE = `user:${SECRET}@127.0.0.1:9/app`;

it.each([
  ['deploy', 'busybox', '-e', SECRET],
  ['deploy', 'busybox', '-e', `=${SECRET}`],
  ['deploy', 'busybox', '-e', `DB PASSWORD=${SECRET}`],
  ['deploy', 'busybox', '-e', `${SECRET}\u0001=x`],
  ['deploy', 'busybox', `--evn=${PAIR}`],
  ['deploy', 'busybox', `--environment=${PAIR}`],
  ['deploy', 'busybox', `-E${PAIR}`],
  ['deploy', 'busybox', `-xe${PAIR}`],
  ['deploy', 'busybox', '--no-env', PAIR, '--bogus'],
  ['deploy', 'busybox', '--memory', PAIR],
  ['deploy', 'busybox', '--publish', PAIR],
  ['deploy', 'busybox', '--pull', PAIR],
  ['deploy', 'busybox', '--label', SECRET],
  ['deploy', '--name', PAIR, 'busybox'],
  ['ps', PAIR],
  ['ps', '--state', SECRET],
  ['ps', '--timeout', SECRET],
  [PAIR, 'run', 'busybox'],
  [SECRET],
  ['-e', PAIR, 'run', 'busybox'],
  [IMAGE],
  ...['deploy', 'run', 'pull', 'rmi', 'mirror'].map((command) => [command, IMAGE]),
  ['mirror', 'busybox', '--to', IMAGE],
  ...['tags', 'manifest'].map((command) => ['registry', command, IMAGE]),
  ['registry', 'catalog', `user:${SECRET}@127.0.0.1:9`],
  ['registry', 'pull', IMAGE, 'layout'],
  ['registry', 'copy', IMAGE, IMAGE],
  ['services', 'deploy', IMAGE, '--url', 'memory:?profile=tasks'],
  ['ps', '--image', IMAGE],
  ['ps', '--url', `docker+tcp://user:${SECRET}@127.0.0.1:9`],
  ['ps', '--url', IMAGE],
  ['swap', 'web', '--to', `docker+tcp://user:${SECRET}@127.0.0.1:9`],
  ['swap', 'web', '--to', IMAGE],
])('repeats no secret when it is mistyped: %s %s %s %s', async (...words) => {
  for (const more of [[], ['--verbose'], ['--json']]) {
    const { code, stdout, stderr } = await home.run([...more, ...words.filter((word) => word !== undefined)]);
    expect({ code: code === 0, output: `${stdout}${stderr}` }).toEqual({ code: false, output: expect.not.stringContaining(SECRET) });
    expect(stderr).not.toBe('');
  }
});

it('repeats no line when a quote is not closed in the shell', async () => {
  const { code, stderr } = await home.run(['shell'], { input: `deploy busybox -e "${PAIR}\n` });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining(SECRET) });
});

it('names the option and the command when they are mistyped', async () => {
  expect((await home.run(['deploy', 'busybox', '--evn', PAIR])).stderr).toMatch(/^error: unknown option '--evn' \(Did you mean --env\?\)/);
  expect((await home.run(['deplay'])).stderr).toMatch(/^error: unknown command 'deplay' \(Did you mean deploy\?\)/);
  expect((await home.run(['deploy', 'busybox', '-e', SECRET])).stderr).toMatch(
    /^error: .*'-e, --env <key=value>'.* Write it as KEY=VALUE\./,
  );
});
