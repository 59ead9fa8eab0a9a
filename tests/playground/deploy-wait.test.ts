import { type RunContainer, startAwsFake } from '@cloud/aws-fake';
import { dockerEngine, exchange } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const EXITS_WITH_3 = ['busybox', '--', 'sh', '-c', 'exit 3'];
const FAILED = { code: 1, stdout: '', stderr: expect.stringMatching(/^error: .*"web" exited with exit code 3 on \w+/) };

describe('deploy --wait', () => {
  it('exits with 1 when the container exits with 1 on memory', async () => {
    const { code, stderr } = await home.run(['deploy', '--wait', '--name', 'web', 'memory/crash']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('"web" exited with exit code 1 on memory') });
  });

  it('exits with 0 when the container exits with 0', async () => {
    const { code, stdout } = await home.run(['deploy', '--wait', '--name', 'web', 'busybox', '--', 'true']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('web is stopped (exit 0)') });
  });

  it('exits with 1 when the task exits with 3 on Amazon ECS', async () => {
    const exits: RunContainer = async () => 3;
    const fake = await startAwsFake({ run: exits });
    try {
      const role = encodeURIComponent(`arn:aws:iam::${fake.accountId}:role/ecsTaskExecutionRole`);
      const environment = {
        CLOUD_CONTAINER_URL: `ecs://us-east-1/default?endpoint=${encodeURIComponent(fake.endpoint)}&executionRoleArn=${role}&logDrainMs=100`,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE0EXAMPLE0',
        AWS_SECRET_ACCESS_KEY: 'canary/secret/access/key',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
      expect(await home.run(['deploy', '--wait', '--name', 'web', ...EXITS_WITH_3], { environment })).toEqual(FAILED);
    } finally {
      await fake.stop();
    }
  });
});

describe.skipIf(!docker.available)('deploy --wait on a real Docker engine', () => {
  const on = (...words: string[]) => home.run(words, { environment: { CLOUD_CONTAINER_URL: docker.get().url } });

  it.each([
    ['at once', 'exit 3'],
    ['a moment later', 'sleep 0.3; exit 3'],
  ])('exits with 1 and keeps the container when it exits with 3 %s', async (_when, script) => {
    expect(await on('deploy', '--wait', '--name', 'web', 'busybox', '--', 'sh', '-c', script)).toEqual(FAILED);
    expect((await on('ps', '--all')).stdout).toContain('exit 3');
    expect(await on('wait', 'web', '--until', 'running')).toEqual(FAILED);
    // What is waited for is its end: that it came is no failure.
    expect((await on('wait', 'web')).code).toBe(0);
    await exchange(docker.get().address, { method: 'DELETE', path: '/containers/web?force=1' });
  });
});
