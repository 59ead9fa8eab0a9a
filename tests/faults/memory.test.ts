import {
  type ContainerDriver,
  type ErrorCode,
  type EventsGroup,
  type ExecGroup,
  run,
  type SignalsGroup,
  supports,
} from '@cloud/container-core';
import { createMemoryEngine, type MemoryOptions, memoryDriver } from '@cloud/driver-memory';
import { describe, expect, it } from 'vitest';
import { abortAtEachTurn } from './support/abort-everywhere.js';
import { Canaries } from './support/canaries.js';
import { failureOf, reasonOf } from './support/failure-of.js';
import { growthDuring } from './support/memory.js';
import { leftOpenBy } from './support/resources.js';

const sleeper = { image: 'busybox', command: ['sleep', '1000'] };
const echo = { image: 'busybox', command: ['echo', 'done'] };
type MemoryDriver = Awaited<ReturnType<typeof memoryDriver.connect>> & ExecGroup & EventsGroup & SignalsGroup;
type Call = (driver: MemoryDriver, options: { readonly signal?: AbortSignal; readonly timeoutMs?: number }) => Promise<unknown>;

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

async function namesOf(driver: ContainerDriver): Promise<string[]> {
  return (await driver.listContainers()).map(({ name }) => name);
}

/** Every call on a container of that id. */
function everyCall(id: string): Readonly<Record<string, Call>> {
  return {
    ping: (driver, options) => driver.ping(options),
    listContainers: (driver, options) => collect(driver.listContainers(options)),
    getContainer: (driver, options) => driver.getContainer(id, options),
    startContainer: (driver, options) => driver.startContainer(id, options),
    restartContainer: (driver, options) => driver.restartContainer(id, options),
    waitForContainer: (driver, options) => driver.waitForContainer(id, { until: 'stopped', ...options }),
    getContainerLogs: (driver, options) => collect(driver.getContainerLogs(id, { follow: true, ...options })),
    'getContainerLogs, bytes': (driver, options) => collect(driver.getContainerLogs(id, { follow: true, ...options }).bytes()),
    execContainer: async (driver, options) => (await driver.execContainer(id, ['sleep', '1000'], options)).exit,
    followEvents: (driver, options) => collect(driver.followEvents(options)),
    installImage: (driver, options) => driver.installImage('hello-world', options),
    listImages: (driver, options) => collect(driver.listImages(options)),
    getImage: (driver, options) => driver.getImage('busybox', options),
    killContainer: (driver, options) => driver.killContainer(id, { killSignal: 'SIGHUP', ...options }),
    deployContainer: async (driver, options) => driver.destroyContainer(await driver.deployContainer({ ...sleeper, ...options })),
    'run()': (driver, options) => run(driver, { ...sleeper, ...options }),
    stopContainer: (driver, options) => driver.stopContainer(id, options),
    destroyContainer: (driver, options) => driver.destroyContainer(id, options),
  };
}

/** An engine whose one container the calls are about, and connections to it. */
async function withContainer(
  work: (connect: (options?: MemoryOptions) => Promise<MemoryDriver>, id: string) => Promise<void>,
): Promise<void> {
  const engine = createMemoryEngine();
  const connect = async (options: MemoryOptions = {}): Promise<MemoryDriver> => {
    const driver = await memoryDriver.connect({ engine, ...options });
    if (supports(driver, 'exec') && supports(driver, 'events') && supports(driver, 'signals')) return driver;
    throw new Error('the memory driver lacks a group that it declares');
  };
  const driver = await connect();
  const { id } = await driver.deployContainer({ ...sleeper, name: 'kept', stopTimeoutSeconds: 0 });
  await work(connect, id);
  expect((await namesOf(driver)).filter((name) => name !== 'kept')).toEqual([]);
  await driver.close();
  await engine.close();
}

describe('Abort at each await: rejects with the reason itself, no open sockets or timers, half-made containers removed', () => {
  it(
    'memory driver: every call, at each turn of the event loop, run() included',
    () =>
      withContainer(async (connect, id) => {
        const wrong: string[] = [];
        for (const [name, call] of Object.entries(everyCall(id))) {
          for (const latencyMs of [0, 2]) {
            const aborted = await abortAtEachTurn(12, async (signal) => {
              const driver = await connect({ latencyMs });
              await call(driver, { signal }).finally(() => driver.close());
            });
            for (const { point, gaveReason, outcome, leftOpen } of aborted) {
              if (!gaveReason) wrong.push(`${name}, ${point}: ${outcome}`);
              if (leftOpen.length > 0) wrong.push(`${name}, ${point}: ${leftOpen.join(', ')}`);
            }
          }
        }
        expect(wrong).toEqual([]);
      }),
    60_000,
  );
});

describe('Hung socket: one total deadline for every call, and nothing left open', () => {
  it('memory driver: a latency beyond the deadline ends every call at it', () =>
    withContainer(async (connect, id) => {
      const codes: Record<string, string> = {};
      const left = await leftOpenBy(async () => {
        const driver = await connect({ latencyMs: 60_000 });
        for (const [name, call] of Object.entries(everyCall(id))) codes[name] = (await failureOf(call(driver, { timeoutMs: 20 }))).code;
        await driver.close();
      });
      expect(codes).toEqual(Object.fromEntries(Object.keys(codes).map((name) => [name, 'timeout'])));
      expect(left).toEqual([]);
    }));
});

describe('Bursts of 5xx, HTML in place of JSON, 200 with broken JSON: a typed error, never a SyntaxError and never an empty list', () => {
  it('memory driver: an injected failure of any code comes out of every call as it is', () =>
    withContainer(async (connect, id) => {
      for (const code of ['unavailable', 'rate-limited', 'connection-lost', 'internal'] satisfies ErrorCode[]) {
        const driver = await connect({ failures: [{ code }] });
        for (const [name, call] of Object.entries(everyCall(id))) expect((await failureOf(call(driver, {}))).code, name).toBe(code);
        await driver.close();
      }
    }));
});

describe('run(): leaves nothing behind, whatever fails', () => {
  for (const operation of ['deployContainer', 'getContainerLogs', 'waitForContainer', 'destroyContainer'] as const) {
    it(`run() on memory: ${operation} fails once`, async () => {
      const engine = createMemoryEngine();
      const driver = await memoryDriver.connect({ engine, failures: [{ operation, code: 'unavailable', times: 1 }] });
      const outcome = await run(driver, { ...echo, name: 'ran' }).catch((error: unknown) => error);
      // What can be asked again is: only a deploy whose outcome nobody knows is not repeated.
      if (operation === 'deployContainer') expect(outcome).toMatchObject({ code: 'unavailable' });
      else expect(outcome).toMatchObject({ exitCode: 0, stdout: 'done\n' });
      expect(await namesOf(driver)).toEqual([]);
      await driver.close();
      await engine.close();
    });
  }

  it('run() on memory: a container that can not be removed is named in the error', async () => {
    const engine = createMemoryEngine();
    const driver = await memoryDriver.connect({ engine, failures: [{ operation: 'destroyContainer', code: 'permission-denied' }] });
    const error = await failureOf(run(driver, { ...echo, name: 'stays' }));
    expect(error).toMatchObject({ code: 'permission-denied', operation: 'run', message: expect.stringContaining('stays') });
    await driver.close();
    const other = await memoryDriver.connect({ engine });
    const [found] = await other.listContainers({ name: 'stays' });
    expect(error.message).toContain(found?.id);
    await other.destroyContainer('stays');
    await other.close();
    await engine.close();
  });
});

describe('Eight creates of one name at once: exactly one wins, the others get a conflict, nobody is adopted or removed', () => {
  it('memory driver: by name, and by idempotency key', async () => {
    const driver = await memoryDriver.connect({ latencyMs: 1 });
    const eight = (idempotencyKey?: string) =>
      Promise.all(
        Array.from({ length: 8 }, () =>
          driver.deployContainer({ ...sleeper, name: idempotencyKey ?? 'wanted', idempotencyKey }).then(
            ({ id }) => id,
            (error: unknown) => (error as { code?: string }).code,
          ),
        ),
      );
    expect((await eight()).filter((outcome) => outcome === 'conflict')).toHaveLength(7);
    expect(new Set(await eight('shared')).size).toBe(1);
    expect(new Set(await namesOf(driver))).toEqual(new Set(['shared', 'wanted']));
    await driver.close();
  });
});

describe('Ids, names and tags such as ../x, %2e%2e, a?b, newlines: refused by a typed error before any request, or encoded', () => {
  it('memory driver: ids, names, labels and images', async () => {
    const driver = await memoryDriver.connect({});
    for (const text of ['../x', '..', '%2e%2e', 'a?b', 'a\nb', '\u0000', ' ', 'é', '__proto__', 'constructor', 'a'.repeat(5000)]) {
      for (const call of [
        () => driver.getContainer(text),
        () => driver.stopContainer(text),
        () => driver.getContainerLogs(text),
        () => driver.getImage(text),
        () => driver.deployContainer({ ...sleeper, image: text }),
      ]) {
        expect(['invalid-argument', 'not-found', 'image-pull'], JSON.stringify(text)).toContain((await failureOf(call())).code);
      }
      const container = await driver
        .deployContainer({ ...sleeper, labels: { [text.slice(0, 50)]: text } })
        .catch((error: unknown) => error);
      if (container instanceof Error) expect(container).toMatchObject({ code: 'invalid-argument' });
      else {
        const { id } = container as { id: string };
        expect(Object.entries((await driver.getContainer(id)).labels)).toEqual([[text.slice(0, 50), text]]);
        await driver.destroyContainer(id);
      }
    }
    await driver.close();
  });
});

describe('Load, at scaled size: everything once, nothing left, flat memory', () => {
  it('memory driver: 2,000 containers listed page by page, then removed', async () => {
    const driver = await memoryDriver.connect({});
    const ids: string[] = [];
    for (let index = 0; index < 2000; index += 1) ids.push((await driver.deployContainer({ ...sleeper, start: false })).id);
    const seen: string[] = [];
    const list = async () => {
      for await (const { id } of driver.listContainers()) seen.push(id);
    };
    expect(await growthDuring(list)).toBeLessThan(60 * 1024 * 1024);
    expect(seen).toHaveLength(ids.length);
    expect(new Set(seen)).toEqual(new Set(ids));
    for (const id of ids) await driver.destroyContainer(id);
    expect(await namesOf(driver)).toEqual([]);
    await driver.close();
  });
});

describe('Secrets in errors and logs: a canary in every credential field is in no message, stack, cause, JSON, inspection or debug event', () => {
  it('memory driver: credentials and secret variables of a deploy, whatever fails', async () => {
    const canaries = new Canaries();
    const env = { DATABASE_PASSWORD: canaries.plant('variable') };
    const credentials = { username: 'me', password: canaries.plant('password') };
    for (const operation of [undefined, 'deployContainer', 'destroyContainer', 'getContainerLogs'] as const) {
      const message = `refused: ${env.DATABASE_PASSWORD} ${credentials.password}`;
      const failures = operation === undefined ? [] : [{ operation, code: 'permission-denied' as const, message }];
      const driver = await memoryDriver.connect({ onDebug: canaries.onDebug, failures });
      canaries.expectNoneIn(await reasonOf(driver.deployContainer({ image: 'no/such:x', env, credentials })), driver);
      if (operation === 'deployContainer') canaries.expectNoneIn(await reasonOf(run(driver, { ...echo, env, credentials })));
      await driver.close();
    }
    expect(canaries.eventCount).toBeGreaterThan(3);
  });
});
