import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createMemoryEngine, memoryDriver } from '../index.js';

/** What keeps a process alive: timers, listening sockets, connections. */
const held = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP/.test(name)).length;

/** A closed handle is taken off in a later turn of the event loop. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('an engine', () => {
  it('is shared by its drivers and ends with its maker, not with them', async () => {
    const engine = createMemoryEngine();
    const first = await memoryDriver.connect({ engine });
    const second = await memoryDriver.connect({ engine });
    const { id } = await first.deployContainer({ image: 'memory/sleep' });
    await first.close();
    expect((await second.getContainer(id)).state).toBe('running');
    await engine.close();
    await expect(second.deployContainer({ image: 'busybox' })).rejects.toMatchObject({ code: 'unavailable' });
    await second.close();
  });

  it('leaves no timer, socket or server when its driver is closed', async () => {
    await turns();
    const before = held();
    const driver = await memoryDriver.connect({});
    const healthCheck = { command: ['true'], intervalSeconds: 60 };
    await driver.deployContainer({ image: 'memory/sleep', healthCheck });
    await driver.deployContainer({ image: 'memory/http-echo', ports: [{ containerPort: 8080 }] });
    await driver.deployContainer({ image: 'memory/crash', restartPolicy: { condition: 'always' } });
    const { id } = await driver.deployContainer({ image: 'memory/sleep', command: ['3600'] });
    const stopping = driver.stopContainer(id, { gracePeriodSeconds: 3600 });
    stopping.catch(() => undefined);
    expect(held()).toBeGreaterThan(before);
    await driver.close();
    await turns();
    expect(held()).toBeLessThanOrEqual(before);
  });

  it('tells a port that is taken, and leaves nothing of the deploy', async () => {
    await using driver = await memoryDriver.connect({});
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    const deploying = driver.deployContainer({ image: 'memory/http-echo', ports: [{ containerPort: 8080, hostPort: port }] });
    await expect(deploying).rejects.toMatchObject({ code: 'conflict', vendorCode: 'EADDRINUSE' });
    expect(await driver.listContainers()).toEqual([]);
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('refuses a UDP port before anything is deployed', async () => {
    await using driver = await memoryDriver.connect({});
    const deploying = driver.deployContainer({ image: 'busybox', ports: [{ containerPort: 53, protocol: 'udp' }] });
    await expect(deploying).rejects.toMatchObject({ code: 'unsupported' });
    expect(await driver.listContainers()).toEqual([]);
  });

  it('runs a program again as its restart policy says, until it is stopped', async () => {
    let runs = 0;
    await using driver = await memoryDriver.connect({ images: { flaky: () => (++runs < 3 ? 1 : 0) } });
    const { id } = await driver.deployContainer({ image: 'flaky', restartPolicy: { condition: 'on-failure' } });
    const ended = await driver.waitForContainer(id, { until: 'stopped' });
    expect([runs, ended.exit?.code]).toEqual([3, 0]);
    await driver.destroyContainer(id);
    const always = await driver.deployContainer({ image: 'busybox', command: ['true'], restartPolicy: { condition: 'always' } });
    await driver.waitForContainer(always, { until: 'running' });
    expect((await driver.stopContainer(always)).state).toBe('stopped');
  });
});
