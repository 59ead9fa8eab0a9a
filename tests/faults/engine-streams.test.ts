import { dockerEngine, podmanEngine, startHttpFaultProxy } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { leftIn } from './support/engine.js';
import { failureOf, reasonOf } from './support/failure-of.js';
import { leftOpenBy } from './support/resources.js';
import { beginEveryStream, busyboxOf, type Containers, driverOf, type Engine } from './support/streams.js';

// Each is killed and frozen: no other file shares them.
const docker = await dockerEngine();
afterAll(docker.stop);
const podman = await podmanEngine();
afterAll(podman.stop);
const onDocker = it.skipIf(!docker.available);
const onPodman = it.skipIf(!podman.available);

/** A hanging registry that the engine can reach. */
async function hangingRegistry(engine: Engine) {
  const proxy = await startHttpFaultProxy({ target: { host: '127.0.0.1', port: 9 }, listenAddress: engine.hostAddress });
  proxy.always(/./, { kind: 'hang' });
  return proxy;
}

async function deployContainers(engine: Engine): Promise<Containers> {
  await using driver = await driverOf(engine);
  const deploy = async (script: string) => {
    const command = ['sh', '-c', `${script}; while :; do echo line; sleep 0.05; done`];
    const container = await driver.deployContainer({ image: busyboxOf(engine), command, stopTimeoutSeconds: 0 });
    for await (const _ of driver.getContainerLogs(container, { follow: true })) break;
    return container.id;
  };
  return {
    talking: await deploy(':'),
    giving: await deploy('dd if=/dev/zero of=/big bs=1048576 count=48 2>/dev/null'),
    taking: await deploy(':'),
  };
}

async function killedInEveryStream(engine: Engine): Promise<void> {
  await using registry = await hangingRegistry(engine);
  await engine.loadBusybox();
  const containers = await deployContainers(engine);
  const seen: string[] = [];
  const left = await leftOpenBy(async () => {
    const driver = await driverOf(engine);
    const leave = new AbortController();
    const watching = (async () => {
      for await (const { type } of driver.followEvents({ signal: leave.signal })) seen.push(type);
    })().catch((error: unknown) => error);
    const { outcomes, letGo } = await beginEveryStream(driver, engine, containers, registry);
    await engine.kill();
    const codes: Record<string, string> = {};
    for (const [name, outcome] of Object.entries(outcomes)) codes[name] = (await failureOf(outcome)).code;
    expect(codes).toEqual(
      Object.fromEntries(Object.keys(codes).map((name) => [name, expect.stringMatching(/^(connection-lost|unavailable)$/)])),
    );
    await expect.poll(() => letGo).toEqual({ copyToContainer: true, load: true });
    await engine.restart();
    // The same driver goes on.
    for (const container of Object.values(containers)) await driver.destroyContainer(container);
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('destroyed');
    // Podman keeps its events in a file: there is none to miss.
    if (busyboxOf(engine) === 'busybox:latest') expect(seen).toContain('gap');
    leave.abort();
    await watching;
    await driver.close();
    registry.cutAll();
  });
  expect(left).toEqual([]);
  expect(await leftIn(engine)).toEqual([]);
}

async function frozenInEveryStream(engine: Engine): Promise<void> {
  await using registry = await hangingRegistry(engine);
  await engine.loadBusybox();
  const containers = await deployContainers(engine);
  const { talking: id } = containers;
  const left = await leftOpenBy(async () => {
    const driver = await driverOf(engine);
    const controller = new AbortController();
    const { outcomes, letGo } = await beginEveryStream(driver, engine, containers, registry, controller.signal);
    const reason = new Error('not wanted any more');
    engine.freeze();
    try {
      controller.abort(reason);
      for (const [name, outcome] of Object.entries(outcomes)) expect(await reasonOf(outcome), name).toBe(reason);
      await expect.poll(() => letGo).toEqual({ copyToContainer: true, load: true });
      const timeoutMs = 100;
      const stalled = { stallTimeoutMs: 100 };
      for (const call of [
        () => driver.getContainer(id, { timeoutMs }),
        () => driver.listContainers({ timeoutMs }),
        () => driver.getContainerLogs(id, { follow: true, timeoutMs }),
        () => driver.followContainerStats(id, { timeoutMs }),
        () => driver.followEvents({ timeoutMs }),
        () => driver.waitForContainer(id, { until: 'stopped', timeoutMs }),
        () => driver.execContainer(id, ['true'], { timeoutMs }),
        () => driver.copyFromContainer(containers.giving, '/big', stalled),
        () => driver.saveImages(busyboxOf(engine), stalled),
        () => driver.installImage(`${registry.host}/never/there:2`, stalled),
      ]) {
        expect((await failureOf(call())).code, String(call)).toBe('timeout');
      }
    } finally {
      engine.resume();
    }
    expect((await driver.getContainer(id)).state).toBe('running');
    for (const container of Object.values(containers)) await driver.destroyContainer(container);
    await driver.close();
    registry.cutAll();
  });
  expect(left).toEqual([]);
  expect(await leftIn(engine)).toEqual([]);
}

describe('Engine killed or restarted in the middle of a stream: a typed error from each, nothing stays open, and the driver goes on', () => {
  onDocker(
    'Docker driver: killed in the middle of logs, stats, wait, exec, copyToContainer, copyFromContainer, load, save, pull, push and events',
    () => killedInEveryStream(docker.get()),
    120_000,
  );
  onPodman(
    'Podman: killed in the middle of logs, stats, wait, exec, copyToContainer, copyFromContainer, load, save, pull, push and events',
    () => killedInEveryStream(podman.get()),
    120_000,
  );
});

describe('Engine or registry frozen: a deadline error, nothing leaks, and all goes on after it wakes up', () => {
  onDocker(
    'Docker driver: SIGSTOP in the middle of every stream: an abort is heard, and what comes after ends at its deadline',
    () => frozenInEveryStream(docker.get()),
    120_000,
  );
  onPodman(
    'Podman: SIGSTOP in the middle of every stream: an abort is heard, and what comes after ends at its deadline',
    () => frozenInEveryStream(podman.get()),
    120_000,
  );
});
