import type { Container, ContainerEvent } from '@cloud/container-core';
import { dockerEngine, writeTar } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerDriver } from './docker-driver.js';
import { dockerDriver } from './factory.js';

const docker = await dockerEngine();
let driver: DockerDriver;
beforeAll(async () => {
  if (docker.available) driver = await dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url)));
});
afterAll(async () => {
  await driver?.close();
  await docker.stop();
});

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function* bytes(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function withContainer(command: string, work: (container: Container) => Promise<void>, own = {}): Promise<void> {
  const container = await driver.deployContainer({
    image: 'busybox:latest',
    command: ['sh', '-c', command],
    stopTimeoutSeconds: 1,
    providerOptions: { docker: own },
  });
  try {
    await work(container);
  } finally {
    await driver.destroyContainer(container);
  }
}

describe.skipIf(!docker.available)('what a Docker engine has beyond the base', () => {
  it('reads what a container uses, once and on and on', async () => {
    await withContainer('while :; do :; done', async (container) => {
      const stats = await driver.getContainerStats(container);
      expect(stats.cpu.usedCores).toBeGreaterThan(0);
      expect(stats.cpu.totalSeconds).toBeGreaterThan(0);
      expect(stats.memory.usedBytes).toBeGreaterThan(0);
      expect(stats.network?.receivedBytes).toBeGreaterThanOrEqual(0);
      const readings = [];
      for await (const reading of driver.followContainerStats(container)) {
        readings.push(reading);
        if (readings.length === 2) break;
      }
      const [first, second] = readings;
      expect(Number(second?.readAt)).toBeGreaterThan(Number(first?.readAt));
    });
  });

  it('ends the readings with the container', async () => {
    await withContainer('sleep 2.5', async (container) => {
      let count = 0;
      for await (const reading of driver.followContainerStats(container)) {
        expect(reading.cpu.totalSeconds).toBeGreaterThan(0);
        count++;
      }
      expect(count).toBeGreaterThan(0);
      await expect(driver.getContainerStats(container)).rejects.toMatchObject({ code: 'precondition-failed' });
    });
  });

  it('tells what happens to containers', async () => {
    const seen: ContainerEvent[] = [];
    const leave = new AbortController();
    const since = new Date();
    const watching = (async () => {
      for await (const event of driver.followEvents({ labels: { watched: 'yes' }, since, signal: leave.signal })) {
        seen.push(event);
        if (event.type === 'destroyed') return;
      }
    })();
    const container = await driver.deployContainer({
      name: 'watched',
      image: 'busybox:latest',
      command: ['sleep', '60'],
      labels: { watched: 'yes' },
    });
    await driver.pauseContainer(container);
    await driver.pauseContainer(container);
    await driver.resumeContainer(container);
    await driver.renameContainer(container, 'watched-2');
    await driver.killContainer(container, { killSignal: 'SIGKILL' });
    await driver.waitForContainer(container, { until: 'stopped' });
    await driver.destroyContainer(container);
    await watching;
    // Each once: what the runtime tells dockerd of a pause can come after the resumption, and both are told again (moby: daemon/monitor.go).
    const types = [...new Set(seen.map(({ type }) => type))];
    expect(types).toEqual(['created', 'started', 'paused', 'resumed', 'renamed', 'killed', 'stopped', 'destroyed']);
    expect(seen[0]).toMatchObject({ containerId: container.id, name: 'watched', image: 'busybox:latest', labels: { watched: 'yes' } });
    expect(seen[0]?.timestamp).toMatch(/^\d{4}-.*T.*\.\d{9}Z$/);
    expect(seen.find(({ type }) => type === 'stopped')?.exit).toEqual({ code: 137 });
  });

  it('copies files in and out, byte by byte', async () => {
    await withContainer('sleep 60', async (container) => {
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const archive = await writeTar([{ name: 'in.bin', content }]);
      await driver.copyToContainer(container, '/tmp', bytes(archive.subarray(0, 1000), archive.subarray(1000)));
      const back = await collect(driver.copyFromContainer(container, '/tmp/in.bin'));
      expect(back.indexOf(content)).toBe(512);
      await expect(collect(driver.copyFromContainer(container, '/no/such/file'))).rejects.toMatchObject({ code: 'not-found' });
      await expect(driver.copyToContainer(container, '/tmp', bytes(Buffer.from('no tar')))).rejects.toMatchObject({
        code: expect.any(String),
      });
    });
  });

  it('attaches to the main process, with its input and its exit', async () => {
    await withContainer(
      'read line; echo "got $line"; echo bad >&2; exit 4',
      async (container) => {
        const attached = await driver.attachContainer(container, { stdin: true });
        attached.stdin.end('hello\n');
        const [stdout, stderr] = await Promise.all([collect(attached.stdout), collect(attached.stderr)]);
        expect(stdout.toString()).toBe('got hello\n');
        expect(stderr.toString()).toBe('bad\n');
        expect(await attached.exit).toMatchObject({ code: 4 });
        await expect(driver.attachContainer(container)).rejects.toMatchObject({ code: 'precondition-failed' });
      },
      { openStdin: true },
    );
  });

  it('lists processes and renames', async () => {
    await withContainer('sleep 61', async (container) => {
      const { titles, processes } = await driver.listContainerProcesses(container);
      expect(titles).toContain('CMD');
      expect(processes.some((columns) => columns.join(' ').includes('sleep 61'))).toBe(true);
      await driver.renameContainer(container, 'another-name');
      expect((await driver.getContainer(container)).name).toBe('another-name');
      await withContainer('sleep 60', async (second) => {
        await expect(driver.renameContainer(second, 'another-name')).rejects.toMatchObject({ code: 'conflict' });
      });
      await driver.stopContainer(container, { gracePeriodSeconds: 0 });
      await expect(driver.listContainerProcesses(container)).rejects.toMatchObject({ code: 'precondition-failed' });
    });
  });

  it('keeps the lines of a terminal apart from their line ends', async () => {
    await withContainer(
      'printf "ä\\n\\n"; head -c 40000 /dev/zero | tr "\\000" y; echo; echo end',
      async (container) => {
        await driver.waitForContainer(container, { until: 'stopped' });
        const entries = [];
        for await (const entry of driver.getContainerLogs(container)) entries.push(entry);
        expect(entries.map(({ message }) => message)).toEqual(['ä', '', 'y'.repeat(40_000), 'end']);
        expect(new Set(entries.map(({ stream }) => stream))).toEqual(new Set(['merged']));
      },
      { tty: true },
    );
  });

  it('gives every byte back with a log driver that keeps every byte', async () => {
    await withContainer(
      'printf "\\303\\274\\n\\n\\377\\376\\000\\r\\n\\303"',
      async (container) => {
        await driver.waitForContainer(container, { until: 'stopped' });
        expect((await collect(driver.getContainerLogs(container).bytes())).toString('hex')).toMatch(/^c3bc0a0afffe000d0ac3(0a)?$/);
        const [first] = await (async () => {
          const entries = [];
          for await (const entry of driver.getContainerLogs(container)) entries.push(entry);
          return entries;
        })();
        const rest = await collect(driver.getContainerLogs(container, { after: first?.cursor }).bytes());
        expect(rest.toString('hex')).toMatch(/^0afffe000d0ac3(0a)?$/);
      },
      { logDriver: 'local' },
    );
  });

  it('tags, saves and loads images', async () => {
    await driver.tagImage('busybox:latest', 'registry.example.com/team/app:1');
    expect((await driver.getImage('registry.example.com/team/app:1')).reference).toBe('registry.example.com/team/app:1');
    const archive = await collect(driver.saveImages(['registry.example.com/team/app:1']));
    await driver.removeImage('registry.example.com/team/app:1');
    await expect(driver.getImage('registry.example.com/team/app:1')).rejects.toMatchObject({ code: 'not-found' });
    expect(await driver.loadImages(bytes(archive))).toEqual(['registry.example.com/team/app:1']);
    expect((await driver.getImage('registry.example.com/team/app:1')).id).toBe((await driver.getImage('busybox:latest')).id);
    await driver.removeImage('registry.example.com/team/app:1');
  });

  it.each(['../x', '..', '%2e%2e', 'a?b', 'a/b', 'a#b', 'x\\y', '//127.0.0.1/x', 'ü', ' '])(
    'never lets the id %j near a URL',
    async (id) => {
      const requests: string[] = [];
      await using listening = await dockerDriver.connect({
        host: `unix://${docker.get().socketPath}`,
        onDebug: ({ phase, message }) => phase === 'request' && requests.push(message ?? ''),
      });
      for (const call of [
        () => listening.getContainer(id),
        () => listening.stopContainer(id),
        () => listening.execContainer(id, ['true']),
        () => listening.killContainer(id),
        () => listening.listContainerProcesses(id),
      ]) {
        const error = await call().catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: expect.stringMatching(/^(not-found|invalid-argument)$/) });
      }
      expect(requests.filter((request) => !/_ping/.test(request))).toEqual([]);
    },
  );
});
