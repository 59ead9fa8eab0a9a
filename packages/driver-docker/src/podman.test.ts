import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { podmanEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { podmanDriver } from './factory.js';

const podman = await podmanEngine();
afterAll(podman.stop);

/** Where a podman of this machine listens, a driver without a host would find it: these tests are not for that one. */
const machineHasPodman = existsSync('/run/podman/podman.sock');
const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_RUNTIME_DIR: '/nowhere' };

describe('podmanDriver', () => {
  it.skipIf(machineHasPodman)('says why when there is neither a socket nor the program', async () => {
    await using driver = await podmanDriver.connect({ environment, service: { program: 'no-such-podman' } });
    const message = expect.stringContaining('no-such-podman');
    await expect(driver.ping()).rejects.toMatchObject({ code: 'unavailable', message });
    await using without = await podmanDriver.connect({ environment, service: false });
    await expect(without.ping()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('/run/podman/podman.sock'),
    });
  });

  it.skipIf(machineHasPodman || !podman.available)('starts the service itself where none listens, and ends it with close()', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-podman-test-'));
    const folders = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
    const driver = await podmanDriver.connect({
      environment,
      service: { arguments: [...folders, '--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs'] },
    });
    try {
      const [info, containers] = await Promise.all([driver.ping(), driver.listContainers()]);
      expect(info).toMatchObject({ provider: 'podman', name: 'Podman Engine' });
      expect(containers).toEqual([]);
      const socket = info.endpoint?.replace('unix://', '') ?? '';
      expect(existsSync(socket)).toBe(true);
      await driver.close();
      expect(existsSync(socket)).toBe(false);
    } finally {
      await driver.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(!podman.available)('knows who answers', async () => {
    await using driver = await podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url)));
    expect(await driver.ping()).toMatchObject({ provider: 'podman', name: 'Podman Engine', operatingSystem: 'linux' });
  });

  it.skipIf(!podman.available)('publishes a port on the loopback address of its network', async () => {
    await podman.get().loadBusybox();
    await using driver = await podmanDriver.connect(podmanDriver.optionsFromUrl(new URL(podman.get().url)));
    const container = await driver.deployContainer({
      image: 'localhost/busybox:latest',
      command: ['sh', '-c', 'while :; do echo served | nc -l -p 80; done'],
      ports: [{ containerPort: 80 }],
      stopTimeoutSeconds: 0,
    });
    try {
      const [endpoint] = container.endpoints;
      expect(endpoint).toMatchObject({ containerPort: 80, host: '127.0.0.1', protocol: 'tcp', scope: 'host' });
      // From inside the network namespace of the engine, which is not ours.
      const read = `require('node:net').connect(${endpoint?.port}, '127.0.0.1').pipe(process.stdout)`;
      const inside = ['-t', String(podman.get().pid), '-n', process.execPath, '-e', read];
      const answer = async () => (await promisify(execFile)('nsenter', inside)).stdout;
      await expect.poll(answer, { timeout: 10_000 }).toBe('served\n');
    } finally {
      await driver.destroyContainer(container);
    }
  });
});
