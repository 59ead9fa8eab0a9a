import { ContainerError, type RetryOptions } from '@cloud/container-core';
import type { Call } from './exchange.js';

const MAX_DELAY_MS = 5000;
/** A connection that stood still is replaced once; a server that is frozen, or vanished, would cost a whole window each time. */
const MAX_STALLS = 1;
/** Less than this is no progress: a server that sends a few bytes a connection must not be asked for ever. */
const WORTHWHILE_BYTES = 64 * 1024;

/**
 * Repeats an attempt while its error is retryable and the server's wish to wait is bearable.
 *
 * Pauses end at the call's abort or deadline. The last error is the one that is thrown.
 *
 * @param position how far a transfer has come, in bytes; after each worthwhile advance the count starts anew
 */
export async function withRetry<T>(options: RetryOptions, call: Call, attempt: () => Promise<T>, position = () => 0): Promise<T> {
  const { retries = 5, maxRetryAfterMs = 60_000, baseDelayMs = 250 } = options;
  let stalls = 0;
  let reached = position();
  for (let count = 0; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      call.signal.throwIfAborted();
      if (position() - reached >= WORTHWHILE_BYTES) {
        reached = position();
        count = 0;
        stalls = 0;
      }
      if (!ContainerError.isInstance(error) || !error.retryable || count >= retries) throw error;
      if (error.code === 'timeout' || error.vendorCode === 'ETIMEDOUT') {
        stalls += 1;
        if (stalls > MAX_STALLS) throw error;
      }
      // What the server asks for is of more use to the caller than a deadline that comes while nothing happens.
      const longest = Math.min(maxRetryAfterMs, call.remainingMs?.() ?? Number.POSITIVE_INFINITY);
      if ((error.retryAfterMs ?? 0) > longest) throw error;
      // "At once" and a date in the past are no wish; a server that is busy is not asked five times in a row.
      await pause(error.retryAfterMs || backOff(count, baseDelayMs), call, error);
    }
  }
}

function backOff(count: number, baseDelayMs: number): number {
  const delay = Math.min(MAX_DELAY_MS, baseDelayMs * 2 ** count);
  return delay / 2 + Math.random() * (delay / 2);
}

async function pause(delayMs: number, call: Call, error: ContainerError): Promise<void> {
  call.debug?.('retry', `in ${Math.round(delayMs)} ms: ${error.message}`);
  const { setTimeout: sleep } = await import('node:timers/promises');
  try {
    await sleep(delayMs, undefined, { signal: call.signal });
  } catch {
    call.signal.throwIfAborted();
  }
}
