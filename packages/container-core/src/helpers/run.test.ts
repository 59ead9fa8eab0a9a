import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { DriverImplementation } from '../driver-kit/implementation.js';
import { ContainerError } from '../errors/container-error.js';
import { tinyContainer, tinyDriver } from '../test-support/tiny-driver.js';
import type { LogEntry } from '../types/logs.js';
import { run } from './run.js';

const ended = tinyContainer({ state: 'stopped', exit: { code: 7 } });
const line = (message: string, more: Partial<LogEntry> = {}): LogEntry => ({ stream: 'stdout', message, ...more });

function jobDriver(more: Partial<DriverImplementation> = {}) {
  const destroyContainer = vi.fn(async (_id: string) => {});
  const driver = tinyDriver({ destroyContainer, waitForContainer: async () => ended, ...more });
  return { driver, destroyContainer };
}

describe('run', () => {
  it('gives exit code and output, and removes the container', async () => {
    const { driver, destroyContainer } = jobDriver({
      async *logEntries(_id, options) {
        expect(options).toEqual({ follow: true });
        yield [line('one'), line('oops', { stream: 'stderr' }), line('two')];
      },
    });
    const seen: string[] = [];
    const onContainer = vi.fn();
    const result = await run(driver, { image: 'app', onLog: ({ message }) => seen.push(message), onContainer });
    expect(result).toMatchObject({ exitCode: 7, exit: { code: 7 }, stdout: 'one\ntwo\n', stderr: 'oops\n', truncated: false });
    expect(seen).toEqual(['one', 'oops', 'two']);
    expect(onContainer).toHaveBeenCalledTimes(1);
    expect(destroyContainer.mock.calls).toEqual([['c1', expect.anything()]]);
  });

  it('leaves an unknown exit code unknown', async () => {
    const { driver } = jobDriver({ waitForContainer: async () => tinyContainer({ state: 'stopped' }) });
    expect((await run(driver, { image: 'app' })).exitCode).toBeUndefined();
  });

  it('goes on after the last line when the connection breaks', async () => {
    const afters: (string | undefined)[] = [];
    const { driver } = jobDriver({
      async *logEntries(_id, { after }) {
        afters.push(after);
        yield after === undefined ? [line('one', { cursor: '1' })] : [line('two', { cursor: '2' })];
        if (after === undefined) throw new ContainerError('connection-lost', 'the engine went away');
      },
    });
    expect((await run(driver, { image: 'app' })).stdout).toBe('one\ntwo\n');
    expect(afters).toEqual([undefined, '1']);
  });

  it('does not read again what it could only repeat', async () => {
    const { driver, destroyContainer } = jobDriver({
      async *logEntries() {
        yield [line('one')];
        throw new ContainerError('connection-lost', 'the engine went away');
      },
    });
    await expect(run(driver, { image: 'app' })).rejects.toMatchObject({ code: 'connection-lost' });
    expect(destroyContainer).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Partial<DriverImplementation>]>([
    ['logs fail', { logEntries: () => broken() }],
    ['the wait fails', { waitForContainer: async () => Promise.reject(new Error('broken')) }],
  ])('removes the container when %s', async (_what, more) => {
    const { driver, destroyContainer } = jobDriver(more);
    await expect(run(driver, { image: 'app' })).rejects.toMatchObject({ code: 'internal' });
    expect(destroyContainer).toHaveBeenCalledTimes(1);
  });

  it('removes the container when a callback of the caller throws, and throws that', async () => {
    const { driver, destroyContainer } = jobDriver();
    const mine = new Error('mine');
    const failing = run(driver, {
      image: 'app',
      onLog: () => {
        throw mine;
      },
    });
    await expect(failing).rejects.toBe(mine);
    expect(destroyContainer).toHaveBeenCalledTimes(1);
  });

  it('removes the container at an abort and at its deadline', async () => {
    const forever = { waitForContainer: () => new Promise<never>(() => {}) };
    const aborted = jobDriver(forever);
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 20);
    await expect(run(aborted.driver, { image: 'app', signal: controller.signal })).rejects.toBe('enough');
    expect(aborted.destroyContainer).toHaveBeenCalledTimes(1);

    const late = jobDriver(forever);
    await expect(run(late.driver, { image: 'app', timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout', operation: 'run' });
    expect(late.destroyContainer).toHaveBeenCalledTimes(1);
  }, 10_000);

  it('names the container that it could not remove, and what went wrong before', async () => {
    const { driver } = jobDriver({
      logEntries: () => broken(),
      destroyContainer: async () => Promise.reject(new ContainerError('unavailable', 'no engine')),
    });
    await expect(run(driver, { image: 'app' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/one \(c1\) could not be removed: no engine.*That was after: .*broken/),
    });
  });

  it('settles after the clean-up of an aborted deploy when that takes longer than an abort waits', async () => {
    const controller = new AbortController();
    let isRemoved = false;
    const { driver } = jobDriver({
      deployContainer: async (_request, context) => {
        controller.abort('enough');
        await context.cleanUp('container c1', async () => {
          await sleep(3000);
          isRemoved = true;
        });
        throw controller.signal.reason;
      },
    });
    await expect(run(driver, { image: 'app', signal: controller.signal })).rejects.toBe('enough');
    expect(isRemoved).toBe(true);
  }, 10_000);

  it('waits for the removal of a busy provider when that takes minutes', async () => {
    vi.useFakeTimers();
    try {
      const removedAt = performance.now() + 240_000;
      const destroyContainer = vi.fn(async (_id: string, { signal }: { readonly signal: AbortSignal }) => {
        await new Promise<void>((resolve, reject) => {
          setTimeout(resolve, removedAt - performance.now());
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      });
      const { driver } = jobDriver({ destroyContainer });
      const running = run(driver, { image: 'app' });
      await vi.advanceTimersByTimeAsync(300_000);
      expect(await running).toMatchObject({ exitCode: 7 });
      expect(destroyContainer.mock.calls.length).toBeGreaterThan(3);

      const { driver: silent } = jobDriver({ destroyContainer: () => new Promise(() => {}), ping: () => new Promise(() => {}) });
      const failing = expect(run(silent, { image: 'app' })).rejects.toMatchObject({
        code: 'timeout',
        message: expect.stringContaining('could not be removed'),
      });
      await vi.advanceTimersByTimeAsync(300_000);
      await failing;
    } finally {
      vi.useRealTimers();
    }
  });

  it('removes what an aborted deploy made when its clean-up takes minutes and makes progress', async () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const { driver } = jobDriver({
        deployContainer: async (_request, context) => {
          controller.abort('enough');
          await context.cleanUp('container c1', async ({ progress }) => {
            for (let step = 0; step < 20; step++) {
              await new Promise((resolve) => setTimeout(resolve, 10_000));
              progress();
            }
          });
          throw controller.signal.reason;
        },
      });
      const running = expect(run(driver, { image: 'app', signal: controller.signal })).rejects.toBe('enough');
      await vi.advanceTimersByTimeAsync(300_000);
      await running;
    } finally {
      vi.useRealTimers();
    }
  });

  it('lists what an aborted deploy could not remove', async () => {
    const controller = new AbortController();
    const { driver } = jobDriver({
      deployContainer: async (_request, context) => {
        controller.abort(new Error('enough'));
        await context.cleanUp('container c1', () => Promise.reject(new Error('no engine')));
        throw controller.signal.reason;
      },
    });
    await expect(run(driver, { image: 'app', signal: controller.signal })).rejects.toMatchObject({
      code: 'unavailable',
      operation: 'run',
      retryable: false,
      message: expect.stringContaining('container c1 could not be removed'),
      cause: { message: 'enough' },
    });
  });

  it('removes a container that a deploy creates after its abort', async () => {
    const controller = new AbortController();
    const { driver, destroyContainer } = jobDriver({
      deployContainer: async () => {
        controller.abort('enough');
        await sleep(2500);
        return tinyContainer({ id: 'late' });
      },
    });
    await expect(run(driver, { image: 'app', signal: controller.signal })).rejects.toBe('enough');
    expect(destroyContainer.mock.calls).toEqual([['late', expect.anything()]]);
  }, 10_000);

  it('reports no failure as retryable when the container exists: a repetition would run it again', async () => {
    const { driver } = jobDriver({
      waitForContainer: async () => Promise.reject(new ContainerError('rate-limited', 'slow down')),
    });
    await expect(run(driver, { image: 'app' })).rejects.toMatchObject({ code: 'rate-limited', retryable: false });
  });

  it('keeps no more output than asked, and says so', async () => {
    const { driver } = jobDriver({
      async *logEntries() {
        yield [line('12345'), line('67890')];
      },
    });
    const kept: [number, string][] = [
      [12, '12345\n67890\n'],
      [11, '12345\n67890'],
      [8, '12345\n67'],
      [6, '12345\n'],
      [3, '123'],
      [0, ''],
    ];
    for (const [maxOutput, stdout] of kept) {
      expect(await run(driver, { image: 'app', maxOutput: maxOutput })).toMatchObject({ stdout, truncated: maxOutput < 12 });
    }
  });

  it('refuses options that are none', async () => {
    const { driver } = jobDriver({});
    const wrong = [undefined, { signal: {} }, { timeoutMs: Number.NaN }, { timeoutMs: -1 }, { maxOutput: -1 }, { maxOutput: 'all' }];
    for (const options of wrong) {
      const given = options === undefined ? undefined : { image: 'app', ...options };
      await expect(run(driver, given as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    }
  });
});

// biome-ignore lint/correctness/useYield: it fails before its first line
async function* broken(): AsyncGenerator<readonly LogEntry[]> {
  throw new Error('broken');
}
