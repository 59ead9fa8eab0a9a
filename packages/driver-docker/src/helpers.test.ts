import { type Container, readContainerFile, waitForHttp, waitForLog, waitForPort, writeContainerFile } from '@cloud/container-core';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerDriver } from './docker-driver.js';
import { dockerDriver } from './factory.js';

const docker = await dockerEngine();
let driver: DockerDriver;
beforeAll(async () => {
  if (!docker.available) return;
  const { url, publishedHost } = docker.get();
  driver = await dockerDriver.connect({ ...dockerDriver.optionsFromUrl(new URL(url)), publishedHost });
});
afterAll(async () => {
  await driver?.close();
  await docker.stop();
});

async function withContainer(command: string, work: (container: Container) => Promise<unknown>, more = {}): Promise<void> {
  const container = await driver.deployContainer({
    image: 'busybox:latest',
    command: ['sh', '-c', command],
    stopTimeoutSeconds: 0,
    ...more,
  });
  try {
    await work(container);
  } finally {
    await driver.destroyContainer(container);
  }
}

const ports = [{ containerPort: 8080 }];
const answer = `printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok'`;

describe.skipIf(!docker.available)('the helpers on a Docker engine', () => {
  it('waits for a port and for HTTP until a server listens behind the proxy of the engine', async () => {
    await withContainer(
      `sleep 1; while :; do { ${answer}; } | nc -l -p 8080; done`,
      async (container) => {
        const url = await waitForHttp(driver, container, { port: 8080, timeoutMs: 60_000 });
        expect(url).toContain(docker.get().publishedHost);
        expect(await waitForPort(driver, container, 8080, { timeoutMs: 60_000 })).toMatchObject({ containerPort: 8080 });
      },
      { ports },
    );
  });

  it('does not take the proxy of the engine for a server', async () => {
    await withContainer(
      'sleep 60',
      (container) => expect(waitForPort(driver, container, 8080, { timeoutMs: 1500 })).rejects.toMatchObject({ code: 'timeout' }),
      { ports },
    );
  });

  it('finds a line of the log before and after it was written, and stops with the container', async () => {
    await withContainer('sleep 1; echo ready; sleep 1; echo failed >&2; exit 9', async (container) => {
      expect(await waitForLog(driver, container, 'ready')).toMatchObject({ message: 'ready' });
      expect(await waitForLog(driver, container, /^ready$/)).toMatchObject({ stream: 'stdout' });
      await expect(waitForLog(driver, container, 'never')).rejects.toMatchObject({
        code: 'deployment-failed',
        message: expect.stringMatching(/exit code 9.*ready\nfailed/s),
      });
    });
  });

  it('continues to wait for a line when the container is restarted', async () => {
    await withContainer(
      'echo run; sleep 0.2; exit 1',
      async (container) =>
        expect(await waitForLog(driver, container, 'run', { times: 3, timeoutMs: 60_000 })).toMatchObject({ message: 'run' }),
      { restartPolicy: { condition: 'always' } },
    );
  });

  it('reads and writes files of a running and of a stopped container', async () => {
    await withContainer('while [ ! -f /tmp/stop ]; do sleep 0.1; done; cat /tmp/stop; ls -l /tmp/stop', async (container) => {
      const bytes = Buffer.from([0, 255, 10, 0]);
      const long = `/tmp/${'n'.repeat(200)}`;
      await writeContainerFile(driver, container, long, bytes);
      expect(await readContainerFile(driver, container, long)).toEqual(bytes);
      await writeContainerFile(driver, container, '/tmp/empty', '');
      expect(await readContainerFile(driver, container, '/tmp/empty')).toHaveLength(0);
      await writeContainerFile(driver, container, '/tmp/stop', 'Grüße\n', { mode: 0o600 });
      await driver.waitForContainer(container, { until: 'stopped' });
      const lines: string[] = [];
      for await (const { message } of driver.getContainerLogs(container)) lines.push(message);
      expect(lines).toEqual(['Grüße', expect.stringMatching(/^-rw------- +1 root +root/)]);
      expect((await readContainerFile(driver, container, '/tmp/stop')).toString()).toBe('Grüße\n');
      await writeContainerFile(driver, container, '/tmp/stop', 'again');
      expect((await readContainerFile(driver, container, '/tmp/stop')).toString()).toBe('again');
    });
  });

  it('says why a path cannot be read or written', async () => {
    await withContainer(
      'ln -s /etc/passwd /tmp/link; mkfifo /tmp/pipe; head -c 5000 /dev/zero > /tmp/big; echo ready; sleep 60',
      async (container) => {
        await waitForLog(driver, container, 'ready');
        const reading = (path: string, options = {}) => expect(readContainerFile(driver, container, path, options)).rejects;
        await reading('/tmp').toMatchObject({ code: 'precondition-failed', message: expect.stringContaining('directory') });
        await reading('/tmp/link').toMatchObject({ code: 'precondition-failed', message: expect.stringContaining('"/etc/passwd"') });
        await reading('/tmp/pipe').toMatchObject({ code: 'precondition-failed', message: expect.stringContaining('special file') });
        await reading('/tmp/big', { maxBytes: 4999 }).toMatchObject({
          code: 'precondition-failed',
          message: expect.stringContaining('5000'),
        });
        expect(await readContainerFile(driver, container, '/tmp/big', { maxBytes: 5000 })).toHaveLength(5000);
        await reading('/tmp/none').toMatchObject({ code: 'not-found' });
        for (const path of ['relative', '/tmp/', '/', '/tmp/../etc/passwd', '/tmp/a\0b', '']) {
          await reading(path).toMatchObject({ code: 'invalid-argument' });
          await expect(writeContainerFile(driver, container, path, 'x')).rejects.toMatchObject({ code: 'invalid-argument' });
        }
        await expect(writeContainerFile(driver, container, '/none/file', 'x')).rejects.toMatchObject({ code: 'not-found' });
        await expect(writeContainerFile(driver, container, '/tmp/', 'x')).rejects.toMatchObject({ code: 'invalid-argument' });
        await expect(writeContainerFile(driver, container, '/etc', 'x')).rejects.toMatchObject({ code: expect.any(String) });
        expect((await readContainerFile(driver, container, '/etc/passwd')).length).toBeGreaterThan(0);
      },
    );
  });
});
