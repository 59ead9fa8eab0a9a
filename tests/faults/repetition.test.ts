import { type ContainerDriver, ContainerError, supports } from '@cloud/container-core';
import { createMemoryEngine, memoryDriver } from '@cloud/driver-memory';
import { dockerEngine, podmanEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { startProxiedAws } from './support/aws.js';
import { failureOf } from './support/failure-of.js';
import { busyboxOf, driverOf, type Engine } from './support/streams.js';

// They are killed: no other file shares them.
const docker = await dockerEngine();
afterAll(docker.stop);
const podman = await podmanEngine();
afterAll(podman.stop);

/** Whether each call failed with a retryable error. */
async function retryability(calls: Readonly<Record<string, Promise<unknown>>>): Promise<Record<string, boolean>> {
  const failures = Object.entries(calls).map(async ([name, call]) => [name, await failureOf(call)] as const);
  const seen: Record<string, boolean> = {};
  for (const [name, error] of await Promise.all(failures)) {
    expect(['timeout', 'unavailable', 'connection-lost'], `${name}: ${error.message}`).toContain(error.code);
    if (!error.retryable) expect(error.message).toContain('It may have been carried out: check before you repeat it.');
    seen[name] = error.retryable;
  }
  return seen;
}

async function* emptyArchive(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1024);
}

async function killedInEveryCall(engine: Engine): Promise<void> {
  await engine.loadBusybox();
  const image = busyboxOf(engine);
  const options = { image, command: ['sleep', '1000'], stopTimeoutSeconds: 0 };
  const driver = await driverOf(engine);
  const { id } = await driver.deployContainer(options);
  const running = await driver.execContainer(id, ['sleep', '1000']);
  const calls = () => ({
    execContainer: driver.execContainer(id, ['true']).then(({ exit }) => exit),
    'deployContainer without a name': driver.deployContainer(options),
    'deployContainer with a name': driver.deployContainer({ ...options, name: 'named' }),
    'deployContainer with a key': driver.deployContainer({ ...options, idempotencyKey: 'key' }),
    restartContainer: driver.restartContainer(id),
    killContainer: driver.killContainer(id, { killSignal: 'SIGHUP' }),
    rename: driver.renameContainer(id, 'renamed'),
    copyToContainer: driver.copyToContainer(id, '/tmp', emptyArchive()),
    stopContainer: driver.stopContainer(id),
    destroyContainer: driver.destroyContainer(id),
    getContainer: driver.getContainer(id),
    installImage: driver.installImage('127.0.0.1:9/app:1'),
    push: driver.pushImage('127.0.0.1:9/app:1'),
    tag: driver.tagImage(image, 'other:1'),
  });
  // Its requests are in the sockets of an engine that is killed before it answers.
  engine.freeze();
  const sent = retryability({ 'command under way': running.exit, ...calls() });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await engine.kill();
  expect(await sent).toEqual({
    'command under way': false,
    // Only the preparation of the command was sent, which runs nothing.
    execContainer: true,
    'deployContainer without a name': false,
    'deployContainer with a name': true,
    'deployContainer with a key': true,
    restartContainer: false,
    killContainer: false,
    rename: false,
    // Podman is first asked for the folder.
    copyToContainer: engine.url.startsWith('podman'),
    stopContainer: true,
    destroyContainer: true,
    getContainer: true,
    installImage: true,
    push: true,
    tag: true,
  });
  // Now no request leaves at all.
  expect(new Set(Object.values(await retryability(calls())))).toEqual(new Set([true]));
  await driver.close();
  await engine.restart();
  await using again = await driverOf(engine);
  for (const container of await again.listContainers()) await again.destroyContainer(container);
}

describe('Failure of a call that is not safe to repeat: retryable only while its request cannot have been carried out', () => {
  it.skipIf(!docker.available)(
    'Docker driver: reports what may be repeated when the engine is killed in every call',
    () => killedInEveryCall(docker.get()),
    120_000,
  );

  it.skipIf(!podman.available)(
    'Podman driver: reports what may be repeated when the engine is killed in every call',
    () => killedInEveryCall(podman.get()),
    120_000,
  );

  it('ECS driver: reports what may be repeated when a reply is lost or is a server error', async () => {
    await using aws = await startProxiedAws();
    await using driver = await aws.connect({ retry: { retries: 0 } });
    const web = { image: 'nginx', name: 'web' };
    const service = await driver.deployService({ image: 'nginx', name: 'service' });
    await driver.destroyContainer(await driver.deployContainer(web));
    const { faults } = aws.fake;
    for (const fault of [{ kind: 'reply-lost' }, { kind: 'cut' }, { kind: 'error', code: 'ServerException', httpStatus: 500 }] as const) {
      const failing = async (operation: string, call: () => Promise<unknown>) => {
        faults.next(operation, fault);
        const error = await failureOf(call());
        faults.clear();
        return error.retryable;
      };
      const seen = {
        deploy: await failing('RunTask', () => driver.deployContainer(web)),
        'deploy with a key': await failing('RunTask', () => driver.deployContainer({ ...web, idempotencyKey: `key-${fault.kind}` })),
        update: await failing('UpdateService', () => driver.updateService(service, { replicas: 2 })),
        list: await failing('ListTasks', () => Promise.resolve(driver.listContainers())),
      };
      expect(seen, fault.kind).toEqual({ deploy: false, 'deploy with a key': true, update: false, list: true });
    }
    await driver.destroyService(service);
    await using unreachable = await aws.connect({ endpoint: 'http://127.0.0.1:1', retry: { retries: 0 } });
    expect(await failureOf(unreachable.deployContainer(web))).toMatchObject({ code: 'unavailable', retryable: true });
  }, 60_000);

  it('memory driver: reports what may be repeated when a deadline passes', async () => {
    const engine = createMemoryEngine();
    const driver: ContainerDriver = await memoryDriver.connect({ engine });
    if (!supports(driver, 'exec')) throw new Error('the memory driver runs commands');
    const { id } = await driver.deployContainer({ image: 'busybox', command: ['sleep', '1000'], stopTimeoutSeconds: 0 });
    const { exit } = await driver.execContainer(id, ['sleep', '1000'], { timeoutMs: 50 });
    expect(await failureOf(exit)).toMatchObject({ code: 'timeout', retryable: false });
    const waiting = driver.waitForContainer(id, { until: 'stopped', timeoutMs: 50 });
    expect(await failureOf(waiting)).toMatchObject({ code: 'timeout', retryable: true });
    // The request is still on its way at the deadline.
    await using slow = await memoryDriver.connect({ engine, latencyMs: 60_000 });
    expect(await failureOf(slow.startContainer(id, { timeoutMs: 50 }))).toMatchObject({ code: 'timeout', retryable: true });
    await driver.destroyContainer(id);
    await driver.close();
    await engine.close();
  });
});

describe('Retry as the guide shows it: never runs a command twice', () => {
  it.skipIf(!docker.available)('Docker driver: runs a command once when the engine is killed under it and the caller retries', async () => {
    const engine = docker.get();
    await engine.loadBusybox();
    const driver = await driverOf(engine);
    const { id } = await driver.deployContainer({ image: busyboxOf(engine), command: ['sleep', '1000'], stopTimeoutSeconds: 0 });
    let attempts = 0;
    for (let isDone = false; !isDone; ) {
      attempts += 1;
      try {
        const { exit, stdout } = await driver.execContainer(id, ['sh', '-c', 'echo begun; sleep 1000']);
        for await (const _ of stdout) await engine.kill();
        await exit;
        isDone = true;
      } catch (error) {
        if (!ContainerError.isInstance(error) || !error.retryable) isDone = true;
        else await engine.restart();
      }
      if (attempts === 3) break;
    }
    expect(attempts).toBe(1);
    await driver.close();
    await engine.restart();
    await using again = await driverOf(engine);
    await again.destroyContainer(id);
  });
});
