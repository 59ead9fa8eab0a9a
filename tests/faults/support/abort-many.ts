import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerDriver, type DeployOptions, run } from '@cloud/container-core';
import { expect } from 'vitest';

/** When to abort after all calls have begun: at random instants, which a failure prints. */
function randomInstants(longestMs: number, count = 3): number[] {
  return Array.from({ length: count }, () => Math.round(Math.random() * longestMs));
}

/** A provider, and what exists there, read beside the driver. */
interface Provider {
  readonly driver: ContainerDriver;
  readonly options: DeployOptions;
  readonly existing: () => Promise<readonly string[]>;
  /** The latest instant of an abort. */
  readonly longestMs: number;
}

/** Starts many runs, aborts all at once, and asserts that nothing exists any more when the last of them has settled. */
export async function abortManyRuns({ driver, options, existing, longestMs }: Provider, count: number): Promise<void> {
  for (const instantMs of randomInstants(longestMs)) {
    const controller = new AbortController();
    const reason = new Error(`aborted after ${instantMs} ms`);
    const runs = Array.from({ length: count }, () => run(driver, { ...options, signal: controller.signal }));
    const outcomes = Promise.allSettled(runs);
    await sleep(instantMs);
    controller.abort(reason);
    const reasons = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value));
    expect(await existing(), reason.message).toEqual([]);
    for (const seen of reasons) expect(seen).toBe(reason);
  }
}

/** Starts many deploys, aborts all at once, closes the driver, and asserts that nothing exists but what a deploy has returned. */
export async function abortManyDeploys(
  connect: () => Promise<ContainerDriver>,
  { options, existing, longestMs }: Omit<Provider, 'driver'>,
  count: number,
): Promise<void> {
  for (const instantMs of randomInstants(longestMs)) {
    using warnings = leftBehindWarnings();
    const controller = new AbortController();
    const reason = new Error(`aborted after ${instantMs} ms`);
    {
      await using driver = await connect();
      const deploys = Array.from({ length: count }, () => driver.deployContainer({ ...options, signal: controller.signal }));
      const outcomes = Promise.allSettled(deploys);
      await sleep(instantMs);
      controller.abort(reason);
      for (const outcome of await outcomes) {
        if (outcome.status === 'fulfilled') await driver.destroyContainer(outcome.value);
        else expect(outcome.reason).toBe(reason);
      }
    }
    expect(await existing(), reason.message).toEqual([]);
    expect(await warnings.seen(), reason.message).toEqual([]);
  }
}

/** Collects the warnings about what a clean-up could not remove, until it is disposed. */
function leftBehindWarnings() {
  const messages: string[] = [];
  const onWarning = (warning: Error & { readonly code?: string }) => {
    if (warning.code === 'CONTAINER_LEFT_BEHIND') messages.push(warning.message);
  };
  process.on('warning', onWarning);
  return {
    /** Node emits a warning in a later turn of the event loop. */
    seen: async () => {
      await sleep(0);
      return messages;
    },
    [Symbol.dispose]: () => void process.off('warning', onWarning),
  };
}
