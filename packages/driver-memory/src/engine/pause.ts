import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; rejects with the signal's own reason when it fires, and leaves no timer. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds <= 0) return;
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
