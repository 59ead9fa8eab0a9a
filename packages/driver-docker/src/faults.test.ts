import type { LogEntry } from '@cloud/container-core';
import { dockerEngine, httpReply, startDockerEngine, startFaultProxy } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver } from './factory.js';

const docker = await dockerEngine();
afterAll(docker.stop);

const connectTo = (url: string) => dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(url)));

describe.skipIf(!docker.available)('when the engine fails', () => {
  it('frozen: calls end at their deadline, and go on afterwards', async () => {
    await using engine = await startDockerEngine();
    await using driver = await connectTo(engine.url);
    await driver.ping();
    engine.freeze();
    try {
      await expect(driver.listContainers({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout', retryable: true });
      await expect(driver.ping({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
      await expect(driver.getContainer('x', { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: 'TimeoutError' });
    } finally {
      engine.resume();
    }
    expect(await driver.listContainers()).toEqual([]);
  });

  it('frozen in the middle of a deploy: what it makes when it goes on is removed', async () => {
    await using engine = await startDockerEngine();
    await engine.loadBusybox();
    await using driver = await connectTo(engine.url);
    await using watching = await connectTo(engine.url);
    await driver.ping();
    const since = new Date();
    engine.freeze();
    try {
      const deploying = driver.deployContainer({ name: 'late', image: 'busybox:latest', timeoutMs: 200 });
      await expect(deploying).rejects.toMatchObject({ code: 'timeout' });
    } finally {
      engine.resume();
    }
    const seen: string[] = [];
    for await (const { type } of watching.followEvents({ since, timeoutMs: 30_000 })) {
      seen.push(type);
      if (type === 'destroyed') break;
    }
    expect(seen).toEqual(['created', 'destroyed']);
    expect(await watching.listContainers()).toEqual([]);
  });

  it('killed in the middle of a log: connection-lost, and after a restart the log goes on without a gap or a repetition', async () => {
    await using engine = await startDockerEngine();
    await engine.loadBusybox();
    await using driver = await connectTo(engine.url);
    const container = await driver.deployContainer({
      image: 'busybox:latest',
      command: ['sh', '-c', 'i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); [ $((i % 20)) = 0 ] && sleep 0.05; done; sleep 60'],
    });
    const lines: LogEntry[] = [];
    const reading = (async () => {
      for await (const entry of driver.getContainerLogs(container, { follow: true })) {
        lines.push(entry);
        if (lines.length === 100) void engine.kill();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'connection-lost', retryable: true });
    await expect(driver.getContainer(container)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(driver.listContainers()).rejects.toMatchObject({ code: 'unavailable' });
    await engine.restart();

    // Without live-restore the container died with its engine; what it wrote until then is there.
    const all: string[] = [];
    for await (const { message } of driver.getContainerLogs(container)) all.push(message);
    const read = lines.map(({ message }) => message);
    for await (const { message } of driver.getContainerLogs(container, { after: lines.at(-1)?.cursor })) read.push(message);
    expect(read).toEqual(all);
    expect(read.length).toBeGreaterThanOrEqual(100);
    await driver.destroyContainer(container);
  });

  it('restarted: events say that there is a gap, and go on', async () => {
    await using engine = await startDockerEngine();
    await engine.loadBusybox();
    await using driver = await connectTo(engine.url);
    const seen: string[] = [];
    const leave = new AbortController();
    const watching = (async () => {
      for await (const event of driver.followEvents({ since: new Date(Date.now() - 1000), signal: leave.signal })) {
        seen.push(event.type);
        if (event.type === 'created' && seen.includes('gap')) return;
      }
    })();
    await driver.deployContainer({ name: 'before', image: 'busybox:latest', start: false });
    await expect.poll(() => seen).toContain('created');
    await engine.kill();
    await engine.restart();
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('gap');
    await driver.deployContainer({ name: 'after', image: 'busybox:latest', start: false });
    await watching;
    expect(seen.filter((type) => type === 'gap')).toHaveLength(1);
  });

  it('cuts the connection: events go on without a gap and without a repetition', async () => {
    const engine = docker.get();
    await using proxy = await startFaultProxy({ target: engine.address, unixSocket: true });
    await using direct = await connectTo(engine.url);
    await using driver = await dockerDriver.connect({ host: `unix://${(proxy.address as { socketPath: string }).socketPath}` });
    const seen: (string | undefined)[] = [];
    const watching = (async () => {
      for await (const { type, name } of driver.followEvents({ labels: { cut: 'yes' }, since: new Date() })) {
        seen.push(type === 'gap' ? 'gap' : `${type} ${name}`);
        if (name === 'cut-3') return;
      }
    })();
    const create = (name: string) => direct.deployContainer({ name, image: 'busybox:latest', start: false, labels: { cut: 'yes' } });
    const containers = [await create('cut-1')];
    await expect.poll(() => seen).toContain('created cut-1');
    proxy.cutAll();
    containers.push(await create('cut-2'), await create('cut-3'));
    await watching;
    expect(seen).toEqual(['created cut-1', 'created cut-2', 'created cut-3']);
    await Promise.all(containers.map((container) => direct.destroyContainer(container)));
  });

  it('eight deploys of one name at once: one wins, the others conflict, and nothing of them is left', async () => {
    await using driver = await connectTo(docker.get().url);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => driver.deployContainer({ name: 'race', image: 'busybox:latest', command: ['sleep', '60'] })),
    );
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
    expect(await driver.listContainers({ name: 'race' })).toHaveLength(1);
    await driver.destroyContainer('race');
  });

  it('answers nonsense: never taken for an empty list', async () => {
    await using proxy = await startFaultProxy({ target: docker.get().address, unixSocket: true });
    const host = `unix://${(proxy.address as { socketPath: string }).socketPath}`;
    const ping = httpReply(200, { 'api-version': '1.41' }, 'OK');
    for (const [reply, code] of [
      [httpReply(500, {}, '<html>oh no</html>'), 'unavailable'],
      [httpReply(301, { location: 'http://169.254.169.254/' }, ''), 'internal'],
      [httpReply(200, {}, '[{"Id":'), 'unavailable'],
      [httpReply(429, {}, '{"message":"slow down"}'), 'rate-limited'],
    ] as const) {
      await using driver = await dockerDriver.connect({ host, apiVersion: '1.41' });
      proxy.next({ kind: 'respond', reply: ping }, { kind: 'respond', reply });
      await expect(driver.listContainers()).rejects.toMatchObject({ code });
    }
  });

  it('breaks a deploy off after the start failed: nothing is left', async () => {
    await using driver = await connectTo(docker.get().url);
    await expect(
      driver.deployContainer({ name: 'no-program', image: 'busybox:latest', command: ['/no/such/program'] }),
    ).rejects.toMatchObject({
      code: 'deployment-failed',
    });
    const taken = await driver.deployContainer({
      image: 'busybox:latest',
      command: ['sleep', '60'],
      ports: [{ containerPort: 80, hostPort: 18_080 }],
    });
    await expect(
      driver.deployContainer({
        name: 'same-port',
        image: 'busybox:latest',
        command: ['sleep', '60'],
        ports: [{ containerPort: 80, hostPort: 18_080 }],
      }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect((await driver.listContainers()).map(({ id }) => id)).toEqual([taken.id]);
    await driver.destroyContainer(taken);
  });
});
