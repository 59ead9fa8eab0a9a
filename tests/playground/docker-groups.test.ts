import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { document, lines } from './output-schema.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const environment = () => ({ CLOUD_CONTAINER_URL: docker.get().url });
const on = (...words: string[]) => home.run(words, { environment: environment() });

describe.skipIf(!docker.available)('what Docker has besides containers', () => {
  beforeAll(async () => {
    const { code, stderr } = await on('deploy', 'busybox', '--name', 'web', '--wait', '--', 'sleep', '600');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('exec exits with the code of the command, keeps streams apart and hands stdin on', async () => {
    const script = 'echo out; echo err >&2; exit 9';
    expect(await on('exec', 'web', '--', 'sh', '-c', script)).toEqual({ code: 9, stdout: 'out\n', stderr: 'err\n' });
    const fed = await home.run(['exec', '-i', 'web', '--', 'cat'], { environment: environment(), input: 'from stdin' });
    expect(fed).toEqual({ code: 0, stdout: 'from stdin', stderr: '' });
    expect((await on('exec', 'nobody', '--', 'true')).code).toBe(125);
  });

  it('cp goes in and out', async () => {
    const source = join(home.path, 'site');
    await mkdir(source);
    await writeFile(join(source, 'index.html'), '<h1>hello</h1>');
    expect(await on('cp', source, 'web:/tmp')).toMatchObject({ code: 0, stderr: '' });
    expect((await on('exec', 'web', '--', 'cat', '/tmp/site/index.html')).stdout).toBe('<h1>hello</h1>');
    expect(await on('cp', 'web:/tmp/site', join(home.path, 'back'))).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(home.path, 'back', 'index.html'), 'utf8')).toBe('<h1>hello</h1>');
    expect((await on('cp', 'web:/etc/passwd', '-')).stdout).toContain('root:x:0:0');
    expect((await on('cp', 'a', 'b')).code).toBe(2);
    document('copied', (await on('cp', source, 'web:/tmp', '--json')).stdout);
    document('unpacked', (await on('cp', 'web:/tmp/site', join(home.path, 'again'), '--json')).stdout);
    const nowhere = join(home.path, 'missing', 'directory');
    expect(await on('cp', 'web:/etc/passwd', nowhere)).toMatchObject({
      code: 1,
      stderr: `error: cp: ${nowhere} cannot be written (ENOENT).\n`,
    });
  });

  it('stats shows what it uses', async () => {
    const [reading] = lines('stats', (await on('stats', 'web', '--json')).stdout);
    expect(reading).toMatchObject({ name: 'web', memory: { usedBytes: expect.any(Number) } });
    expect((await on('stats', 'web')).stdout).toMatch(/^NAME +CPU +MEMORY/);
  });

  it('events shows what happens, until Ctrl-C', async () => {
    const since = new Date().toISOString();
    const events = home.start(['events', '--since', since], { environment: environment() });
    await on('pause', 'web');
    await on('resume', 'web');
    await events.hasWritten(/ paused web .*\n.* resumed web /);
    events.interrupt();
    expect((await events.ended).code).toBe(130);
    const told = await on('events', '--since', since, '--until', new Date().toISOString(), '--json');
    expect(lines<{ type: string }>('event', told.stdout).map(({ type }) => type)).toEqual(expect.arrayContaining(['paused', 'resumed']));
  });

  it('kill sends a signal', async () => {
    document('killed', (await on('kill', 'web', '--signal', 'SIGCONT', '--json')).stdout);
    expect((await on('kill', 'web')).stdout).toBe('SIGKILL is sent to web\n');
    expect((await on('wait', 'web')).stdout).toMatch(/^web is stopped \(exit 137\)/);
  });
});
