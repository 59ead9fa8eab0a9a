import { setTimeout as delay } from 'node:timers/promises';

/** Lets time pass; rejects with the signal's reason when that fires. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
