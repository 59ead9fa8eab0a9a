import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { ContainerError } from '../errors/container-error.js';
import { tinyCapabilities, tinyContainer, tinyDriver } from '../test-support/tiny-driver.js';
import { NO_DEPLOY_CAPABILITIES } from '../types/deploy-capabilities.js';
import { GROUP_CALLS } from './calls/calls.js';
import type { DriverImplementation } from './implementation.js';
import type { DebugEvent, OperationContext } from './operation-context.js';

const never = () => new Promise<never>(() => {});
const failure = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => expect.unreachable('it should have failed'),
    (reason: unknown) => reason,
  );
async function drain<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('deadlines', () => {
  it('end a call whose implementation hears nothing', async () => {
    const driver = tinyDriver({ getContainer: never });
    const error = await failure(driver.getContainer('c1', { timeoutMs: 20 }));
    expect(error).toMatchObject({
      code: 'timeout',
      operation: 'getContainer',
      provider: 'tiny',
      retryable: true,
      message: 'getContainer did not finish within 20 ms.',
    });
  }, 10_000);

  it('blame the deadline, not the socket that was closed because of it', async () => {
    const driver = tinyDriver({
      getContainer: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ECONNRESET')))),
    });
    await expect(driver.getContainer('c1', { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('of the driver hold where the caller gives none, and not for waiting', async () => {
    const driver = tinyDriver({
      defaultTimeoutMs: 20,
      ping: never,
      waitForContainer: async () => {
        await sleep(60);
        return tinyContainer({ state: 'stopped' });
      },
    });
    await expect(driver.ping()).rejects.toMatchObject({ code: 'timeout' });
    await expect(driver.waitForContainer('c1', { until: 'stopped' })).resolves.toMatchObject({ state: 'stopped' });
  }, 10_000);

  it('end a transfer that stands still, and not one that moves', async () => {
    const driver = tinyDriver({
      capabilities: { ...tinyCapabilities, groups: ['files'] },
      copyToContainer: async (_id, path, _archive, context) => {
        if (path === '/still') await never();
        for (let step = 0; step < 10; step++) {
          await sleep(10);
          context.progress();
        }
      },
      copyFromContainer: () => Readable.from({ [Symbol.asyncIterator]: () => ({ next: never }) }),
    });
    const archive = Readable.from([]);
    await driver.copyToContainer('c1', '/moving', archive, { stallTimeoutMs: 60 });
    await expect(driver.copyToContainer('c1', '/still', archive, { stallTimeoutMs: 30 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'copyToContainer made no progress for 30 ms.',
    });
    await expect(drain(driver.copyFromContainer('c1', '/still', { stallTimeoutMs: 30 }))).rejects.toMatchObject({ code: 'timeout' });
  }, 10_000);

  it('cover every page of a listing and every line of a log', async () => {
    const driver = tinyDriver({
      async *listContainers() {
        yield [tinyContainer()];
        await never();
      },
      async *logEntries() {
        yield [{ stream: 'stdout' as const, message: 'one' }];
        await never();
      },
    });
    const started = performance.now();
    await expect(driver.listContainers({ timeoutMs: 30 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(drain(driver.getContainerLogs('c1', { timeoutMs: 30 }))).rejects.toMatchObject({ code: 'timeout' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('do not count what the reader of a listing does, nor is a transfer at a stand-still meanwhile', async () => {
    const driver = tinyDriver({
      capabilities: { ...tinyCapabilities, groups: ['files'] },
      async *listContainers() {
        for (let page = 0; page < 3; page++) yield [tinyContainer()];
        await never();
      },
      copyToContainer: never,
      async *copyFromContainer() {
        for (let chunk = 0; chunk < 3; chunk++) yield new Uint8Array(1);
        await never();
      },
    });
    for (const items of [
      driver.listContainers({ timeoutMs: 200 }),
      driver.copyFromContainer('c1', '/slow-reader', { stallTimeoutMs: 200 }),
    ] as AsyncIterable<unknown>[]) {
      let read = 0;
      const reading = (async () => {
        for await (const _ of items) {
          read += 1;
          await sleep(150);
        }
      })();
      expect(await failure(reading)).toMatchObject({ code: 'timeout' });
      expect(read).toBe(3);
    }
  }, 10_000);

  it('of a log that is not followed leave its reader as much time as it takes; one that is followed ends with them', async () => {
    const driver = tinyDriver({
      async *logEntries() {
        for (let line = 0; line < 5; line++) yield [{ stream: 'stdout' as const, message: String(line) }];
      },
    });
    const slowly = async (options: object) => {
      let lines = 0;
      for await (const _ of driver.getContainerLogs('c1', { timeoutMs: 120, ...options })) {
        lines += 1;
        await sleep(60);
      }
      return lines;
    };
    expect(await slowly({})).toBe(5);
    await expect(slowly({ follow: true })).rejects.toMatchObject({ code: 'timeout' });
  }, 10_000);

  it('have room for the grace period that a stop is given, and never less than without one', async () => {
    const left: number[] = [];
    const driver = tinyDriver({
      timeoutsMs: { stopContainer: 150_000 },
      stopContainer: async (_id, _grace, context) => {
        left.push(Math.round(context.remainingMs() / 1000));
        return tinyContainer({ state: 'stopped' });
      },
    });
    for (const gracePeriodSeconds of [undefined, 10, 200]) await driver.stopContainer('c1', { gracePeriodSeconds });
    expect(left).toEqual([150, 150, 230]);
    await expect(driver.stopContainer('c1', { gracePeriodSeconds: Number.NaN })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('gracePeriodSeconds'),
    });
  });

  it('say how much of them is left, and what was waited for', async () => {
    const left: number[] = [];
    const driver = tinyDriver({
      getContainer: (_id, context) => {
        left.push(context.remainingMs());
        context.waitingFor('the engine warms up');
        return never();
      },
    });
    const error = await failure(driver.getContainer('c1', { timeoutMs: 50 }));
    expect(error).toMatchObject({ message: 'getContainer did not finish within 50 ms (the engine warms up).' });
    driver.getContainer('c1', { timeoutMs: Number.POSITIVE_INFINITY }).catch(() => undefined);
    await driver.close();
    expect(left[0]).toBeGreaterThan(0);
    expect(left[0]).toBeLessThanOrEqual(50);
    expect(left[1]).toBe(Number.POSITIVE_INFINITY);
  }, 10_000);
});

describe('abort', () => {
  it('rejects with the very reason, before, during and inside a stream', async () => {
    const reason = { my: 'reason' };
    const driver = tinyDriver({
      getContainer: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('closed')))),
      async *logEntries() {
        yield [{ stream: 'stdout' as const, message: 'one' }];
        await never();
      },
    });
    expect(await failure(driver.getContainer('c1', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const calls = [
      driver.getContainer('c1', { signal: controller.signal }),
      drain(driver.getContainerLogs('c1', { follow: true, signal: controller.signal })),
    ];
    setTimeout(() => controller.abort(reason), 10);
    for (const call of calls) expect(await failure(call)).toBe(reason);
  });

  it('gives a call the time to clean up what it had begun', async () => {
    const removed = vi.fn();
    const controller = new AbortController();
    const driver = tinyDriver({
      deployContainer: async (_request, context) => {
        try {
          controller.abort(new Error('stop'));
          context.signal.throwIfAborted();
          return tinyContainer();
        } catch (error) {
          await context.cleanUp('container c1', async ({ signal }) => {
            await sleep(20);
            removed(signal.aborted);
          });
          throw error;
        }
      },
    });
    await failure(driver.deployContainer({ image: 'app', signal: controller.signal }));
    expect(removed).toHaveBeenCalledWith(false);
  });

  it('lets close wait for a clean-up that is under way', async () => {
    let isRemoved = false;
    const controller = new AbortController();
    const driver = tinyDriver({
      deployContainer: async (_request, context) => {
        controller.abort(new Error('stop'));
        await context.cleanUp('container c1', async () => {
          await sleep(3000);
          isRemoved = true;
        });
        throw controller.signal.reason;
      },
    });
    await failure(driver.deployContainer({ image: 'app', signal: controller.signal }));
    expect(isRemoved).toBe(false);
    await driver.close();
    expect(isRemoved).toBe(true);
  }, 10_000);

  it('lists in the error what a failed call could not remove', async () => {
    const driver = tinyDriver({
      deployContainer: async (_request, context) => {
        await context.cleanUp('container c1', () => Promise.reject(new Error('no engine')));
        throw new ContainerError('capacity', 'No room.');
      },
    });
    const error = await failure(driver.deployContainer({ image: 'app' }));
    expect(error).toMatchObject({
      code: 'capacity',
      message: 'No room. deployContainer could not remove container c1; remove it yourself.',
    });
  });

  it('warns when an aborted call could not remove what it had made', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const controller = new AbortController();
    const driver = tinyDriver({
      deployContainer: async (_request, context) => {
        controller.abort(new Error('stop'));
        await context.cleanUp('container c1', () => Promise.reject(new Error('no engine')));
        throw controller.signal.reason;
      },
    });
    const reason = await failure(driver.deployContainer({ image: 'app', signal: controller.signal }));
    expect(reason).toBe(controller.signal.reason);
    expect(await warned).toMatchObject({ code: 'CONTAINER_LEFT_BEHIND', message: expect.stringContaining('container c1') });
  });

  it('leaves no listener on the signal of the caller', async () => {
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const driver = tinyDriver();
    await driver.getContainer('c1', { signal: controller.signal });
    await drain(driver.getContainerLogs('c1', { signal: controller.signal }));
    for await (const _ of driver.getContainerLogs('c1', { signal: controller.signal })) break;
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });
});

describe('retryable', () => {
  const lost = () => new ContainerError('connection-lost', 'The connection broke.');
  const failing = (isSent: boolean, more: Partial<DriverImplementation> = {}) => {
    const fail = async (context: OperationContext) => {
      const withdraw = context.sending();
      if (!isSent) withdraw();
      throw lost();
    };
    return tinyDriver({
      reportsRequests: true,
      deployContainer: (_request, context) => fail(context),
      startContainer: (_id, context) => fail(context),
      stopContainer: (_id, _grace, context) => fail(context),
      ...more,
    });
  };
  const retryableOf = async (call: Promise<unknown>) => ((await failure(call)) as ContainerError).retryable;

  it('is false for a call that is not safe to repeat when its request was sent', async () => {
    const error = await failure(failing(true).startContainer('c1'));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('check before you repeat it') });
    expect(await retryableOf(failing(false).startContainer('c1'))).toBe(true);
    expect(await retryableOf(failing(false, { reportsRequests: false }).startContainer('c1'))).toBe(false);
    expect(await retryableOf(failing(true).stopContainer('c1'))).toBe(true);
  });

  it('is true for a deploy when a repetition cannot make a second container', async () => {
    const driver = failing(true);
    expect(await retryableOf(driver.deployContainer({ image: 'app' }))).toBe(false);
    expect(await retryableOf(driver.deployContainer({ image: 'app', name: 'web' }))).toBe(true);
    expect(await retryableOf(driver.deployContainer({ image: 'app', idempotencyKey: 'key' }))).toBe(true);
    const many = failing(true, { capabilities: { ...tinyCapabilities, uniqueNames: false } });
    expect(await retryableOf(many.deployContainer({ image: 'app', name: 'web' }))).toBe(false);
  });
});

describe('streams', () => {
  it('read anew at each iteration, request nothing before, and free what they hold when they are left', async () => {
    const begun = vi.fn();
    const freed = vi.fn();
    const driver = tinyDriver({
      async *logEntries() {
        begun();
        try {
          yield ['a', 'b', 'c'].map((message) => ({ stream: 'stdout' as const, message }));
          await never();
        } finally {
          freed();
        }
      },
    });
    const logs = driver.getContainerLogs('c1', { follow: true });
    expect(begun).not.toHaveBeenCalled();
    for (let round = 1; round <= 2; round++) {
      for await (const { message } of logs) if (message === 'b') break;
      expect([begun.mock.calls.length, freed.mock.calls.length]).toEqual([round, round]);
    }
  });

  it('keep the order when several are asked for at once', async () => {
    const driver = tinyDriver({
      async *logEntries() {
        for (let batch = 0; batch < 3; batch++) yield [0, 1].map((item) => ({ stream: 'stdout' as const, message: `${batch}${item}` }));
      },
    });
    const iterator = driver.getContainerLogs('c1')[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 8 }, () => iterator.next()));
    expect(results.map(({ value, done }) => (done ? 'done' : value.message))).toEqual(['00', '01', '10', '11', '20', '21', 'done', 'done']);
  });

  it('end for good after an error', async () => {
    const driver = tinyDriver({
      // biome-ignore lint/correctness/useYield: it fails before its first line
      async *logEntries() {
        throw new Error('broken');
      },
    });
    const iterator = driver.getContainerLogs('c1')[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'internal', operation: 'getContainerLogs' });
    await expect(iterator.next()).resolves.toMatchObject({ done: true });
  });
});

describe('listings', () => {
  it('are fetched once however often they are awaited, and anew for each loop', async () => {
    const fetched = vi.fn();
    const driver = tinyDriver({
      async *listContainers() {
        fetched();
        yield [tinyContainer({ id: 'a' })];
        yield [tinyContainer({ id: 'b' })];
      },
    });
    const listing = driver.listContainers();
    expect(fetched).not.toHaveBeenCalled();
    expect((await listing).map(({ id }) => id)).toEqual(['a', 'b']);
    await listing;
    expect(fetched).toHaveBeenCalledTimes(1);
    expect((await drain(listing)).length).toBe(2);
    expect(fetched).toHaveBeenCalledTimes(2);
    await expect(listing.then((items) => items.length)).resolves.toBe(2);
  });

  it('filter by what the caller asked for even when the implementation does not', async () => {
    const driver = tinyDriver({
      async *listContainers() {
        yield [tinyContainer({ id: 'a', name: 'x', labels: { tier: 'web' } }), tinyContainer({ id: 'b', state: 'stopped' })];
      },
    });
    expect((await driver.listContainers({ labels: { tier: 'web' } })).map(({ id }) => id)).toEqual(['a']);
    expect((await driver.listContainers({ states: ['stopped'] })).map(({ id }) => id)).toEqual(['b']);
    expect((await driver.listContainers({ name: 'x', image: 'app' })).map(({ id }) => id)).toEqual(['a']);
    expect(await driver.listContainers({ image: 'app:other' })).toEqual([]);
  });
});

describe('errors', () => {
  it('are made whole: provider, operation, redacted message, stack and cause', async () => {
    const secret = 'hunter2-canary';
    const driver = tinyDriver({
      secrets: [secret],
      getContainer: async () => {
        throw Object.assign(new Error(`login ${secret} failed`), { config: { secret } });
      },
      startContainer: async () => {
        throw new ContainerError('permission-denied', `no: ${secret}`, { httpStatus: 403, cause: new Error(secret) });
      },
    });
    const mapped = await failure(driver.getContainer('c1'));
    const own = await failure(driver.startContainer('c1'));
    expect(mapped).toMatchObject({ code: 'internal', provider: 'tiny', operation: 'getContainer' });
    expect(own).toMatchObject({ code: 'permission-denied', provider: 'tiny', operation: 'startContainer', httpStatus: 403 });
    for (const error of [mapped, own]) expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain(secret);
  });

  it('hide the credentials and the secret variables that came with the call', async () => {
    const driver = tinyDriver({
      deployContainer: async ({ env, credentials }) => {
        throw new Error(`engine says: ${credentials?.password} ${env['DB_PASSWORD']} ${env['MODE']}`);
      },
    });
    const options = { image: 'app', credentials: { username: 'u', password: 'canary-1' }, env: { DB_PASSWORD: 'canary-2', MODE: 'plain' } };
    const error = await failure(driver.deployContainer(options));
    expect(inspect(error, { showHidden: true, depth: Infinity })).not.toContain('canary');
    expect((error as Error).message).toContain('plain');
  });

  it('of closed drivers name what to do, and close ends what is under way', async () => {
    const driver = tinyDriver({ waitForContainer: never });
    const waiting = failure(driver.waitForContainer('c1', { until: 'stopped' }));
    await driver.close();
    await driver.close();
    expect(await waiting).toMatchObject({ code: 'connection-lost', retryable: false });
    for (const call of [
      driver.ping(),
      driver.getContainer('c1'),
      driver.listContainers(),
      driver.listImages(),
      drain(driver.getContainerLogs('c1')),
    ]) {
      expect(await failure(call)).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('closed') });
    }
  }, 10_000);
});

describe('debug events', () => {
  it('tell each call from its beginning to its end without secrets, and a listener that throws changes nothing', async () => {
    const events: DebugEvent[] = [];
    const driver = tinyDriver({
      secrets: ['hunter2-canary'],
      onDebug: (event) => {
        events.push(event);
        throw new Error('listener');
      },
      getContainer: async (_, { debug }) => {
        debug?.('request', 'GET /c1?x=hunter2-canary');
        throw new Error('nope');
      },
    });
    await failure(driver.getContainer('c1'));
    expect(events.map(({ phase }) => phase)).toEqual(['begin', 'request', 'end']);
    expect(events[2]).toMatchObject({ operation: 'getContainer', code: 'internal', durationMs: expect.any(Number) });
    expect(JSON.stringify(events)).not.toContain('hunter2-canary');
  });
});

describe('declarations', () => {
  it.each(Object.entries(GROUP_CALLS).flatMap(([group, calls]) => calls.map((call) => [group, call] as const)))(
    'of a driver without %s make %s unsupported',
    async (_group, call) => {
      const driver = tinyDriver() as unknown as Record<string, (...all: unknown[]) => PromiseLike<unknown> | AsyncIterable<unknown>>;
      const result = driver[call]?.('c1', '/x', {});
      const error = await failure(
        result !== undefined && Symbol.asyncIterator in result ? drain(result) : (result as PromiseLike<unknown>),
      );
      expect(error).toMatchObject({ code: 'unsupported', operation: call, provider: 'tiny' });
    },
  );

  it('that do not fit the implementation are a defect of the driver', () => {
    const capabilities = { ...tinyCapabilities, groups: ['locations'] as const };
    expect(() => tinyDriver({ capabilities })).toThrowError(/listLocations of the group locations is declared but not implemented/);
    expect(() => tinyDriver({ killContainer: async () => {} })).toThrowError(/its group is not declared/);
  });

  it('of fields are refused before anything is done', async () => {
    const deployContainer = vi.fn(async () => tinyContainer());
    const driver = tinyDriver({
      deployContainer,
      capabilities: { ...tinyCapabilities, startLater: false, deploy: NO_DEPLOY_CAPABILITIES },
    });
    await expect(driver.deployContainer({ image: 'app', cpu: 1 })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('cpu'),
    });
    await expect(driver.deployContainer({ image: 'app', start: false })).rejects.toMatchObject({ code: 'unsupported' });
    expect(deployContainer).not.toHaveBeenCalled();
  });
});

describe('options', () => {
  it('that a call does not take are refused, not silently left out', async () => {
    const driver = tinyDriver({
      capabilities: { ...tinyCapabilities, groups: ['clusters', 'services', 'images', 'signals', 'stats'] },
      ...Object.fromEntries(
        [...GROUP_CALLS.clusters, ...GROUP_CALLS.services, ...GROUP_CALLS.images, ...GROUP_CALLS.signals, ...GROUP_CALLS.stats].map(
          (call) => [call, async () => ({})],
        ),
      ),
    });
    const wrong = { timeout: 1 } as object;
    const calls: (() => PromiseLike<unknown>)[] = [
      () => driver.ping(wrong),
      () => driver.getContainer('c1', wrong),
      () => driver.startContainer('c1', wrong),
      () => driver.stopContainer('c1', { gracePeriod: 1 } as object),
      () => driver.destroyContainer('c1', wrong),
      () => driver.waitForContainer('c1', { until: 'stopped', ...wrong }),
      () => driver.installImage('busybox', wrong),
      () => driver.listImages(wrong),
      () => driver.removeImage('busybox', wrong),
      () => driver.createCluster('prod', { label: {} } as object),
      () => driver.destroyCluster('prod', { forced: true } as object),
      () => driver.listServices(wrong),
      () => driver.updateService('web', { desiredCount: 0 } as object),
      () => driver.updateService('web', {}),
      () => driver.updateService('web', undefined as never),
      () => driver.killContainer('c1', { signal: 'SIGHUP' } as object),
      () => drain(driver.followContainerStats('c1', wrong)),
    ];
    for (const call of calls) expect(await failure(call())).toMatchObject({ code: 'invalid-argument', provider: 'tiny' });
  });
});

it('a command that starts only after its call has ended leaves no rejection that nobody handles', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  try {
    const driver = tinyDriver({
      capabilities: {
        ...tinyCapabilities,
        groups: ['exec'],
        exec: { stdin: true, tty: false, exitCode: true, abort: 'detaches' } as never,
      },
      execContainer: async () => {
        await sleep(40);
        return { exit: sleep(10).then(() => Promise.reject(new Error('conn lost'))) } as never;
      },
    });
    await expect(driver.execContainer('c1', ['true'], { timeoutMs: 10 })).rejects.toMatchObject({ code: 'timeout' });
    await sleep(100);
    expect(unhandled).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unhandled);
  }
});
