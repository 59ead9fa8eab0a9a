import { dockerEngine, exchange } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

/** Found as the docker CLI finds it, so that `docker:` means the private engine. */
const environment = () => ({ CLOUD_CONTAINER_URL: 'docker:', DOCKER_HOST: docker.get().url.replace(/^docker/, 'unix') });
const playground = (...words: string[]) => home.run(words, { environment: environment() });

async function containersLeft(): Promise<number> {
  const { body } = await exchange(docker.get().address, { method: 'GET', path: '/containers/json?all=1' });
  return (JSON.parse(body) as unknown[]).length;
}

describe.skipIf(!docker.available)('the built playground on a real Docker engine', () => {
  it('run prints, exits with the code of the container and leaves nothing', async () => {
    const answer = await playground('run', 'busybox', '--', 'sh', '-c', 'echo hi; echo oops >&2; exit 7');
    expect(answer).toEqual({ code: 7, stdout: 'hi\n', stderr: 'oops\n' });
    expect(await containersLeft()).toBe(0);
  });

  it('run ends with 125 when the image cannot be had', async () => {
    const { code, stderr } = await playground('run', '--timeout', '20s', '127.0.0.1:9/nobody/nothing');
    expect(code).toBe(125);
    expect(stderr).toMatch(/^error: .+\nhint: /);
    expect(await containersLeft()).toBe(0);
  });

  it('run removes its container at Ctrl-C and ends with 130', async () => {
    const command = home.start(['run', 'busybox', '--', 'sh', '-c', 'echo ready; sleep 600'], { environment: environment() });
    await command.hasWritten(/ready/);
    expect(await containersLeft()).toBe(1);
    command.interrupt();
    expect((await command.ended).code).toBe(130);
    expect(await containersLeft()).toBe(0);
  });

  it('a container outlives commands: deploy, ps, inspect, logs, exec, restart, stop, rm', async () => {
    const deployed = await playground(
      ...['deploy', 'busybox', '--name', 'web', '--label', 'tier=front', '--env', 'A=1', '--publish', '80', '--wait'],
      ...['--', 'sh', '-c', 'echo ready $A; exec sleep 600'],
    );
    expect(deployed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^web is running on docker at .+:\d+→80 \([0-9a-f]{12}\)\n$/),
    });
    expect((await playground('ps', '--label', 'tier=front')).stdout).toMatch(/^web +running +busybox:latest +\S+.* [0-9a-f]{12}$/m);
    expect((await playground('ps', '--label', 'tier=back')).stdout).toBe('');
    expect((await playground('inspect', 'web')).stdout).toMatch(/^labels +tier=front$/m);
    expect(JSON.parse((await playground('inspect', 'web', '--raw')).stdout)).toHaveProperty('State');
    expect((await playground('logs', 'web')).stdout).toBe('ready 1\n');
    const again = await playground('deploy', 'busybox', '--name', 'web');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('web');
    expect((await playground('restart', 'web', '--grace', '0')).code).toBe(0);
    expect((await playground('logs', 'web', '--tail', '1')).stdout).toBe('ready 1\n');
    expect((await playground('stop', 'web', '--grace', '0')).stdout).toMatch(/^web is stopped \(exit 137\)/);
    expect((await playground('wait', 'web')).code).toBe(0);
    expect((await playground('rm', 'web')).stdout).toBe('web is removed\n');
    expect((await playground('inspect', 'web')).code).toBe(1);
    expect(await containersLeft()).toBe(0);
  });

  it('logs --follow ends at Ctrl-C and leaves the container alone', async () => {
    await playground('deploy', 'busybox', '--name', 'talker', '--', 'sh', '-c', 'echo ready; exec sleep 600');
    const command = home.start(['logs', '-f', 'talker'], { environment: environment() });
    await command.hasWritten(/ready/);
    command.interrupt();
    expect((await command.ended).code).toBe(130);
    expect((await playground('ps')).stdout).toContain('talker');
    await playground('rm', 'talker');
  });

  it('a reader of its output that goes away ends it, and it still cleans up', async () => {
    const command = home.start(['run', 'busybox', '--', 'sh', '-c', 'while true; do echo line; done'], { environment: environment() });
    await command.hasWritten(/line/);
    command.leave();
    expect((await command.ended).code).toBe(130);
    expect(await containersLeft()).toBe(0);
  });

  it('lists images', async () => {
    expect((await playground('images')).stdout).toMatch(/^busybox:latest +[0-9a-f]{12}/m);
  });

  it('the tour visits the embedded engine and this one, and leaves nothing', async () => {
    const { code, stdout } = await playground('tour');
    expect(stdout).toMatch(/^STEP +MEMORY +DOCKER/m);
    expect(stdout).toMatch(/^run a job +\d+.*s +\d+.*s$/m);
    expect(code).toBe(0);
    expect(await containersLeft()).toBe(0);
  });
});
