import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tinyContainer, tinyDriver } from '../test-support/tiny-driver.js';
import type { OperationContext } from './operation-context.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A driver whose deploy has a transfer in its middle, and a default deadline of one second. */
function transferring(transfer: (context: OperationContext) => Promise<void>, afterMs = 0) {
  return tinyDriver({
    defaultTimeoutMs: 1000,
    deployContainer: async (_request, context) => {
      await sleep(400);
      await context.transfer(() => transfer(context));
      await sleep(afterMs);
      return tinyContainer();
    },
  });
}

/** Moves bytes every 50 seconds. */
const moving = async (context: OperationContext) => {
  for (let count = 0; count < 5; count += 1) {
    await sleep(50_000);
    context.progress();
  }
};

it('leaves no timer when work that continues after its call begins a transfer', async () => {
  const driver = tinyDriver({
    getContainer: async (_id, context) => {
      await sleep(3000);
      return context.transfer(() => new Promise<never>(() => {}));
    },
  });
  const controller = new AbortController();
  const read = driver.getContainer('c1', { signal: controller.signal }).catch((error: unknown) => error);
  controller.abort('left');
  await vi.advanceTimersByTimeAsync(4000);
  expect(await read).toBe('left');
  expect(vi.getTimerCount()).toBe(0);
});

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  const settled = work.then(
    () => 'done',
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(600_000);
  return settled;
}

describe('a transfer inside a call', () => {
  it('does not count for the default deadline', async () => {
    expect(await outcomeOf(transferring(moving, 500).deployContainer({ image: 'app' }))).toBe('done');
  });

  it('leaves the rest of the default deadline to the rest of the call', async () => {
    expect(await outcomeOf(transferring(moving, 10_000).deployContainer({ image: 'app' }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('within 1000 ms'),
    });
  });

  it('fails when nothing moves for a minute', async () => {
    expect(await outcomeOf(transferring(() => sleep(70_000)).deployContainer({ image: 'app' }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('no progress for 60000 ms'),
    });
  });

  it('counts for a deadline of the caller', async () => {
    expect(await outcomeOf(transferring(moving).deployContainer({ image: 'app', timeoutMs: 5000 }))).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('within 5000 ms'),
    });
  });

  it('leaves no timer behind', async () => {
    await outcomeOf(transferring(moving).deployContainer({ image: 'app' }));
    expect(vi.getTimerCount()).toBe(0);
  });
});
