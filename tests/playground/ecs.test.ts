import { type AwsFake, type RunContainer, startAwsFake } from '@cloud/aws-fake';
import { motoEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { document, lines } from './output-schema.js';
import { Home } from './playground.js';

const moto = await motoEngine();
const home = new Home();
afterAll(moto.stop);

const ROLE = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';

function connection(endpoint: string): Readonly<Record<string, string>> {
  return {
    // Neither of the two has a last line that comes late.
    CLOUD_CONTAINER_URL: `ecs://us-east-1/default?endpoint=${encodeURIComponent(endpoint)}&executionRoleArn=${encodeURIComponent(ROLE)}&logDrainMs=100`,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE0EXAMPLE0',
    AWS_SECRET_ACCESS_KEY: 'canary/secret/access/key',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** `echo` writes, everything else runs until it is stopped. */
const programs: RunContainer = async ({ command = [], onOutput, terminate }) => {
  if (command[0] === 'echo') {
    onOutput(`${command.slice(1).join(' ')}\n`);
    return 0;
  }
  if (command[0] === 'false') return 1;
  await new Promise<void>((resolve) => terminate.addEventListener('abort', () => resolve(), { once: true }));
  return 143;
};

describe('the built playground on the ECS fake', () => {
  let fake: AwsFake;
  beforeAll(async () => {
    fake = await startAwsFake({ run: programs });
  });
  afterAll(() => fake.stop());
  const on = (...words: string[]) => home.run(words, { environment: connection(fake.endpoint) });

  it('run shows the output and exits with the code', async () => {
    expect(await on('run', 'busybox', '--', 'echo', 'hi')).toEqual({ code: 0, stdout: 'hi\n', stderr: '' });
    expect((await on('run', 'busybox', '--', 'false')).code).toBe(1);
    // What had ended stays visible to other connections for an hour: ECS declares `destroy: 'eventual'`.
    expect(document('containers', (await on('ps', '--json')).stdout)).toEqual([]);
  });

  it('the whole life of a container, with the words of every provider', async () => {
    const deployed = await on('deploy', 'busybox', '--name', 'web', '--label', 'tier=front', '--wait', '--json', '--', 'sleep', '600');
    expect(document('container', deployed.stdout)).toMatchObject({
      name: 'web',
      provider: 'ecs',
      state: 'running',
      labels: { tier: 'front' },
    });
    expect((await on('ps')).stdout).toMatch(/^web +running +busybox:latest/m);
    expect(lines<{ id: string }>('container', (await on('restart', 'web', '--json')).stdout)).toMatchObject([{ name: 'web' }]);
    expect((await on('wait', 'web', '--until', 'running')).stdout).toMatch(/^web is running on ecs/);
    expect((await on('stop', 'web')).stdout).toMatch(/^web is stopped \(exit 143\) on ecs/);
    expect((await on('rm', 'web')).code).toBe(0);
    expect((await on('ps')).stdout).toBe('');
  });

  it('clusters and services', async () => {
    expect((await on('clusters', 'create', 'blue')).stdout).toMatch(/^the cluster blue is active/);
    expect((await on('clusters', 'list')).stdout).toMatch(/^blue +active/m);
    document('clusters', (await on('clusters', 'list', '--json')).stdout);
    expect((await on('clusters', 'destroy', 'blue')).code).toBe(0);
    const deployed = await on('services', 'deploy', 'busybox', '--name', 'api', '--replicas', '2', '--wait', '--', 'sleep', '600');
    expect(deployed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^the service api is steady: 2 of 2 run/) });
    expect((await on('services', 'update', 'api', '--replicas', '1', '--wait')).stdout).toContain('1 of 1');
    expect((await on('services', 'list')).stdout).toMatch(/^api +steady +1 of 1/m);
    document('services', (await on('services', 'list', '--json')).stdout);
    document('service', (await on('services', 'wait', 'api', '--json')).stdout);
    expect((await on('services', 'rm', 'api')).code).toBe(0);
  });

  it('what ECS does not do is said with its name', async () => {
    const { code, stderr } = await on('exec', 'web', '--', 'date');
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.stringContaining('exec: the provider ecs has no exec') });
    expect((await on('--help')).stdout).toMatch(/^Not supported by ecs: exec/m);
  });

  it('swap moves a container there', async () => {
    const input = `deploy busybox --name mover -- sleep 600\nswap mover --to "${connection(fake.endpoint)['CLOUD_CONTAINER_URL']}"\n`;
    const moved = await home.run(['shell', '--url', 'memory:'], { input, environment: connection(fake.endpoint) });
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^mover is running on ecs .*; it is gone from memory$/m) });
    await on('rm', 'mover');
  });

  it('is never reached by credentials alone', async () => {
    const { CLOUD_CONTAINER_URL: _, ...credentials } = connection(fake.endpoint);
    fake.calls.clear();
    const environment = {
      ...credentials,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: fake.endpoint,
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
    };
    expect((await home.run(['ps'], { environment })).code).toBe(0);
    expect((await home.run(['providers'], { environment })).stdout).toMatch(/^ecs +not asked/m);
    expect((await home.run(['tour'], { environment })).stdout).toMatch(/^STEP +MEMORY +ECS \(FAKE\)$/m);
    expect(fake.calls.all).toEqual([]);
  });
});

describe.skipIf(!moto.available)('the built playground on moto', () => {
  it('the whole life of a container, with the words of every provider', async () => {
    const { endpoint } = moto.get();
    const { CLOUD_CONTAINER_URL: url, ...credentials } = connection(endpoint);
    // Moto starts no task of awsvpc without a security group; ECS takes the default one.
    const environment = { ...credentials, CLOUD_CONTAINER_URL: `${url}&securityGroups=${await defaultSecurityGroup(endpoint)}` };
    const on = (...words: string[]) => home.run(words, { environment });
    expect((await on('clusters', 'create', 'default')).code).toBe(0);
    const deployed = await on('deploy', 'busybox', '--name', 'web', '--wait', '--', 'sleep', '600');
    // Moto moves a task on whenever it is asked about it.
    expect(deployed).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^web is (running|stopping|stopped).* on ecs/) });
    expect((await on('ps', '--all')).stdout).toMatch(/^web /m);
    expect((await on('stop', 'web')).stdout).toMatch(/^web is stopped/);
    expect((await on('rm', 'web')).code).toBe(0);
  });
});

async function defaultSecurityGroup(endpoint: string): Promise<string> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      // Moto reads service and region from it, and believes the rest.
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0EXAMPLE0/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: 'Action=DescribeSecurityGroups&Version=2016-11-15&GroupName.1=default',
  });
  const group = /<groupId>(sg-[0-9a-f]+)<\/groupId>/.exec(await answer.text())?.[1];
  if (group === undefined) throw new Error('Moto has no default security group.');
  return group;
}
