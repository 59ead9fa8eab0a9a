import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { busyboxImageTar, podmanEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { podmanDriver } from './factory.js';

const podman = await podmanEngine();
afterAll(podman.stop);

/** Where a podman of this machine listens, a driver without a host would find it: these tests are not for that one. */
const machineHasPodman = existsSync('/run/podman/podman.sock');
const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_RUNTIME_DIR: '/nowhere' };

/** The user `nobody` of Debian. */
const NOBODY = 65_534;

/** The process ids of the programs that have a path on their command line. */
function programsThatName(path: string): string[] {
  const names = (id: string) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(path);
    } catch {
      // It has ended in the meantime.
      return false;
    }
  };
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id) && names(id));
}

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
      expect(programsThatName(socket)).not.toEqual([]);
      await driver.close();
      expect(existsSync(socket)).toBe(false);
      expect(programsThatName(socket)).toEqual([]);
    } finally {
      await driver.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(machineHasPodman || !podman.available)('starts the service of a user who is not root, which runs a container', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-podman-rootless-'));
    await chown(folder, NOBODY, NOBODY);
    // The user must get through to it; podman wants the same for everybody.
    await chmod(tmpdir(), (await stat(tmpdir())).mode | 0o111);
    // Stands in for a driver of that user's: it makes podman the user's, and the folder of the socket.
    const program = join(folder, 'podman');
    const user = `--reuid=${NOBODY} --regid=${NOBODY} --clear-groups`;
    const script = `#!/bin/sh\nfor address; do :; done\nchown ${NOBODY} "$(dirname "\${address#unix://}")"\nexec setpriv ${user} podman "$@"\n`;
    await writeFile(program, script, { mode: 0o755 });
    const driver = await podmanDriver.connect({
      environment: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder },
      service: { program, arguments: ['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs'] },
    });
    try {
      const { bytes } = await busyboxImageTar();
      const [image = ''] = await driver.loadImages(
        (async function* () {
          yield bytes;
        })(),
      );
      const options = { image, command: ['sh', '-c', 'id -u; exit 3'], providerOptions: { podman: { network: 'none' } } };
      const container = await driver.deployContainer(options);
      expect((await driver.waitForContainer(container, { until: 'stopped' })).exit).toEqual({ code: 3 });
      const lines: string[] = [];
      for await (const { message } of driver.getContainerLogs(container)) lines.push(message);
      expect(lines).toEqual(['0']);
      await driver.destroyContainer(container);

      const { endpoint = '' } = await driver.ping();
      await driver.close();
      expect(programsThatName(endpoint.replace('unix://', ''))).toEqual([]);
    } finally {
      await driver.close();
      // It keeps the user's namespaces for the next podman; not there when podman did not come so far.
      const pause = await readFile(join(folder, 'libpod', 'tmp', 'pause.pid'), 'utf8').catch(() => undefined);
      if (pause !== undefined) process.kill(Number(pause));
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
