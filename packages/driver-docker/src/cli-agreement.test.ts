import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { DOCKER_DEPLOY_OPTION_KEYS, type DockerDeployOptions } from './deploy-options.js';
import { dockerDriver } from './factory.js';

const docker = await dockerEngine();
afterAll(docker.stop);

const run = promisify(execFile);

async function cli(...commandLine: string[]): Promise<string> {
  const { stdout } = await run('docker', commandLine, {
    env: { ...process.env, DOCKER_HOST: `unix://${docker.get().socketPath}`, DOCKER_CONTEXT: '' },
  });
  return stdout.trim();
}

async function inspect(
  id: string,
): Promise<Record<string, unknown> & { HostConfig: Record<string, unknown>; Config: Record<string, unknown> }> {
  const [first] = JSON.parse(await cli('inspect', id)) as never[];
  if (first === undefined) throw new Error(`docker inspect ${id} shows nothing`);
  return first;
}

/** Those of Docker's own options with which a container runs on any machine. */
const running = {
  network: 'bridge',
  hostname: 'inside',
  domainname: 'example.com',
  cpuShares: 512,
  dns: ['10.0.0.53'],
  extraHosts: ['db:10.0.0.1'],
  capAdd: ['NET_ADMIN'],
  capDrop: ['MKNOD'],
  readOnlyRootFilesystem: true,
  init: false,
  shmSizeMiB: 32,
  pidsLimit: 50,
  sysctls: { 'net.core.somaxconn': '512' },
  ulimits: [{ name: 'nofile', soft: 512, hard: 1024 }],
  stopSignal: 'SIGINT',
  logDriver: 'json-file',
  logOptions: { 'max-size': '1m' },
  groupAdd: ['100'],
} satisfies DockerDeployOptions;

/** The others: some want a machine that has what they name, so the container is made and not started. */
const created = {
  network: 'every-option',
  networkAliases: ['also-called'],
  privileged: true,
  securityOpt: ['no-new-privileges'],
  tty: true,
  openStdin: true,
  memorySwapMiB: -1,
  cpusetCpus: '0',
  devices: [{ hostPath: '/dev/null', containerPath: '/dev/nothing', permissions: 'r' }],
  gpus: 1,
  volumesFrom: ['every-option-data:ro'],
  publishAllPorts: true,
  runtime: 'runc',
  ipcMode: 'private',
  pidMode: 'host',
} satisfies DockerDeployOptions;

const connect = () => dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url)));

describe.skipIf(!docker.available)("docker's own CLI agrees", () => {
  it('about every field of a deploy', async () => {
    await using driver = await connect();
    const platform = await cli('version', '--format', '{{.Server.Os}}/{{.Server.Arch}}');
    const container = await driver.deployContainer({
      name: 'every-field',
      image: 'busybox:latest',
      command: ['-c', 'sleep 60'],
      entrypoint: ['sh'],
      env: { GREETING: 'a = "b"', EMPTY: '' },
      ports: [{ containerPort: 80 }, { containerPort: 53, hostPort: 5353, hostAddress: '0.0.0.0', protocol: 'udp' }],
      cpu: 0.25,
      memoryMiB: 64,
      labels: { team: 'core' },
      mounts: [
        { type: 'tmpfs', target: '/scratch' },
        { type: 'volume', source: 'every-field-data', target: '/data', readOnly: true },
        { type: 'bind', source: '/tmp', target: '/host' },
      ],
      restartPolicy: { condition: 'on-failure', maxRetries: 3 },
      healthCheck: { command: ['true'], intervalSeconds: 0.5, timeoutSeconds: 2, retries: 4, startPeriodSeconds: 1 },
      user: '1000:1000',
      workingDirectory: '/tmp',
      stopTimeoutSeconds: 1,
      platform,
      idempotencyKey: 'every-field-1',
      providerOptions: { docker: running },
    });
    try {
      const shown = await inspect('every-field');
      expect(shown).toMatchObject({
        Id: container.id,
        Name: '/every-field',
        Path: 'sh',
        Args: ['-c', 'sleep 60'],
        Config: {
          Image: 'busybox:latest',
          Cmd: ['-c', 'sleep 60'],
          Entrypoint: ['sh'],
          Env: expect.arrayContaining(['GREETING=a = "b"', 'EMPTY=']),
          Labels: expect.objectContaining({ team: 'core', 'cloud.container.managed': 'true' }),
          User: '1000:1000',
          WorkingDir: '/tmp',
          StopTimeout: 1,
          StopSignal: 'SIGINT',
          Hostname: 'inside',
          Domainname: 'example.com',
          Healthcheck: { Test: ['CMD', 'true'], Interval: 5e8, Timeout: 2e9, Retries: 4, StartPeriod: 1e9 },
        },
        HostConfig: {
          NanoCpus: 250_000_000,
          CpuShares: 512,
          Memory: 64 * 1024 * 1024,
          RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
          PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }], '53/udp': [{ HostIp: '0.0.0.0', HostPort: '5353' }] },
          Mounts: [
            { Type: 'tmpfs', Target: '/scratch' },
            { Type: 'volume', Source: 'every-field-data', Target: '/data', ReadOnly: true },
            { Type: 'bind', Source: '/tmp', Target: '/host' },
          ],
          Dns: ['10.0.0.53'],
          ExtraHosts: ['db:10.0.0.1'],
          CapAdd: ['NET_ADMIN'],
          CapDrop: ['MKNOD'],
          ReadonlyRootfs: true,
          ShmSize: 32 * 1024 * 1024,
          PidsLimit: 50,
          Sysctls: { 'net.core.somaxconn': '512' },
          Ulimits: [{ Name: 'nofile', Soft: 512, Hard: 1024 }],
          LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
          GroupAdd: ['100'],
          NetworkMode: 'bridge',
          Init: false,
        },
      });
      expect(JSON.stringify(shown.Config['Labels'])).toContain('every-field-1');
      expect(container.labels).toEqual({ team: 'core' });
      expect(container.endpoints).toEqual([
        { containerPort: 53, protocol: 'udp', host: '127.0.0.1', port: 5353, scope: 'host' },
        { containerPort: 80, protocol: 'tcp', host: '127.0.0.1', port: expect.any(Number), scope: 'host' },
      ]);
      expect((await driver.waitForContainer(container, { until: 'healthy' })).health).toBe('healthy');
      expect((await driver.listContainers({ name: 'every-field' }))[0]).toMatchObject({
        health: 'healthy',
        endpoints: container.endpoints,
      });
    } finally {
      await driver.destroyContainer(container);
      await cli('volume', 'rm', 'every-field-data');
    }
    expect(await cli('ps', '-aq', '--filter', 'name=every-field')).toBe('');
  });

  it("about every option of Docker's own, and what is only made", async () => {
    await using driver = await connect();
    expect(new Set(Object.keys({ ...running, ...created }))).toEqual(new Set(DOCKER_DEPLOY_OPTION_KEYS));
    await cli('network', 'create', 'every-option');
    await cli('create', '--name', 'every-option-data', '--volume', '/shared', 'busybox');
    const container = await driver.deployContainer({
      name: 'every-option',
      image: 'busybox:latest',
      memoryMiB: 64,
      start: false,
      pullPolicy: 'never',
      providerOptions: { docker: created },
    });
    try {
      expect(container.state).toBe('created');
      expect(await inspect('every-option')).toMatchObject({
        Id: container.id,
        State: { Status: 'created' },
        Config: { Tty: true, OpenStdin: true, StdinOnce: true },
        HostConfig: {
          NetworkMode: 'every-option',
          Privileged: true,
          SecurityOpt: expect.arrayContaining(['no-new-privileges']),
          MemorySwap: -1,
          CpusetCpus: '0',
          Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' }],
          DeviceRequests: [expect.objectContaining({ Count: 1, Capabilities: [['gpu']] })],
          VolumesFrom: ['every-option-data:ro'],
          PublishAllPorts: true,
          Runtime: 'runc',
          IpcMode: 'private',
          PidMode: 'host',
        },
        NetworkSettings: { Networks: { 'every-option': { Aliases: expect.arrayContaining(['also-called']) } } },
      });
    } finally {
      await driver.destroyContainer(container);
      await cli('rm', '-v', 'every-option-data');
      await cli('network', 'rm', 'every-option');
    }
  });

  it('about what it made itself', async () => {
    await using driver = await connect();
    await cli('run', '-d', '--name', 'By_CLI.1', '--label', 'a=b', '-p', '8080', '--restart', 'no', 'busybox', 'sleep', '60');
    await cli('create', '--name', 'never-started', 'busybox', 'true');
    await cli('run', '--name', 'failed', 'busybox', 'sh', '-c', 'exit 3').catch(() => undefined);
    try {
      const listed = new Map((await driver.listContainers()).map((container) => [container.name, container]));
      const image = { name: 'busybox', reference: 'docker.io/library/busybox:latest', registry: 'docker.io' };
      expect(listed.get('By_CLI.1')).toMatchObject({
        image,
        state: 'running',
        labels: { a: 'b' },
        endpoints: [{ containerPort: 8080, protocol: 'tcp', host: '127.0.0.1', scope: 'host' }],
      });
      expect(listed.get('By_CLI.1')?.endpoints).toHaveLength(1);
      expect(listed.get('never-started')).toMatchObject({ image, state: 'created' });
      expect(listed.get('failed')).toMatchObject({ image, state: 'stopped', exit: { code: 3 } });
      for (const container of listed.values()) {
        const read = await driver.getContainer(container);
        expect(read).toMatchObject({
          id: container.id,
          name: container.name,
          state: container.state,
          image: container.image,
          labels: container.labels,
        });
      }
      await cli('pause', 'By_CLI.1');
      expect(await driver.listContainers({ states: ['paused'] })).toHaveLength(1);
      expect((await driver.getContainer('By_CLI.1')).state).toBe('paused');
      expect((await driver.startContainer('By_CLI.1')).state).toBe('running');
    } finally {
      await cli('rm', '-fv', 'By_CLI.1', 'never-started', 'failed');
    }
  });

  it('about an anonymous volume, which goes with its container', async () => {
    await using driver = await connect();
    const before = await cli('volume', 'ls', '-q');
    const container = await driver.deployContainer({
      image: 'busybox:latest',
      command: ['true'],
      mounts: [{ type: 'volume', target: '/data' }],
    });
    expect(await cli('volume', 'ls', '-q')).not.toBe(before);
    await driver.destroyContainer(container);
    expect(await cli('volume', 'ls', '-q')).toBe(before);
  });
});
