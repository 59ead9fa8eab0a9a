import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerEngine, exchange } from '@cloud/test-engines';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { document } from './output-schema.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const on = (...words: string[]) => home.run(words, { environment: { CLOUD_CONTAINER_URL: docker.get().url } });
const onShell = (line: string) => home.run(['shell'], { input: `${line}\n`, environment: { CLOUD_CONTAINER_URL: docker.get().url } });
const shell = (input: string) => home.run(['shell'], { input });
const names = async () => (await on('ps', '--all', '--json')).stdout;

describe.skipIf(!docker.available)('swap', () => {
  afterEach(async () => {
    await exchange(docker.get().address, { method: 'DELETE', path: '/containers/web?force=1' });
  });

  it('moves a container from memory to Docker with all that it was deployed with', async () => {
    const moved = await shell(`
deploy busybox --name web --env GREETING=hello --label tier=front -- sleep 600
swap web --to ${docker.get().url}
ps --all
`);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web is running on docker .*; it is gone from memory$/m) });
    expect(moved.stderr).toContain('There are no containers on memory');
    const { Config } = JSON.parse((await on('inspect', 'web', '--raw')).stdout);
    expect(Config).toMatchObject({ Cmd: ['sleep', '600'], Labels: { tier: 'front' }, Env: expect.arrayContaining(['GREETING=hello']) });
  });

  it('moves it back inside a shell: what it was deployed with is remembered, also when it was started later', async () => {
    await on('deploy', 'busybox', '--name', 'web', '--env', 'A=1', '--env', 'SECRET=canary-value', '--no-start', '--', 'sleep', '600');
    await on('start', 'web');
    const deployed = join(home.path, '.local/state/cloud-container/deployed.json');
    const kept = await readFile(deployed, 'utf8');
    expect({ kept, mode: (await stat(deployed)).mode & 0o777 }).toEqual({ kept: expect.stringContaining('"SECRET"'), mode: 0o600 });
    expect(kept).not.toContain('canary-value');
    const back = await onShell('swap web --to memory: --json');
    expect(back.code).toBe(0);
    expect(document('swap', back.stdout)).toMatchObject({ from: { provider: 'docker' }, to: { provider: 'memory', state: 'running' } });
    expect(JSON.parse(await names())).toEqual([]);
  });

  it('forgets what containers were deployed with when they were removed elsewhere', async () => {
    const file = join(home.path, '.local/state/cloud-container/deployed.json');
    const recipes = async () => Object.values(JSON.parse(await readFile(file, 'utf8')) as Record<string, { readonly name: string }>);
    for (const name of ['gone', 'kept']) await on('deploy', 'busybox', '--name', name, '--', 'sleep', '600');
    await exchange(docker.get().address, { method: 'DELETE', path: '/containers/gone?force=1' });
    await on('deploy', 'busybox', '--name', 'web', '--', 'sleep', '600');
    expect((await recipes()).map(({ name }) => name).filter((name) => ['gone', 'kept', 'web'].includes(name))).toEqual(['kept', 'web']);
    expect((await readdir(join(file, '..'))).filter((name) => name.startsWith('deployed.json.'))).toEqual([]);
    await on('rm', 'kept');
  });

  it.each(['memory:', 'memory', 'memory:?profile=tasks'])('refuses the target %s outside a shell and touches nothing', async (target) => {
    await on('deploy', 'busybox', '--name', 'web', '--', 'sleep', '600');
    const before = (await on('inspect', 'web', '--raw')).stdout;
    const refused = await on('swap', 'web', '--to', target);
    expect(refused).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining('inside `shell`') });
    expect((await on('inspect', 'web', '--raw')).stdout).toBe(before);
  });

  it('loses nothing when the second provider fails', async () => {
    await on('deploy', 'busybox', '--name', 'web', '--', 'sleep', '600');
    const refused = await on('swap', 'web', '--to', 'docker:///nowhere/docker.sock');
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error: /) });
    // It starts, and ends with a code other than 0: no successor either.
    const failed = await onShell('swap web --to memory: -- no-such-applet');
    expect({ code: failed.code, stderr: failed.stderr }).toEqual({ code: 1, stderr: expect.stringContaining('exit code 127 on memory') });
    expect(JSON.parse(await names())).toMatchObject([{ name: 'web', state: 'running' }]);
  });

  it('asks for what it cannot know of a container that was deployed by others', async () => {
    const body = JSON.stringify({ Image: 'busybox', Cmd: ['sleep', '600'] });
    const headers = { 'content-type': 'application/json' };
    await exchange(docker.get().address, { method: 'POST', path: '/containers/create?name=web', headers, body: Buffer.from(body) });
    await exchange(docker.get().address, { method: 'POST', path: '/containers/web/start' });
    const asked = await onShell('swap web --to memory:');
    expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 1, stderr: expect.stringContaining('--as-reported') });
    expect((await onShell('swap web --to memory: -- sleep 600')).code).toBe(0);
    expect(JSON.parse(await names())).toEqual([]);
  });
});
