import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 5000;

/** Reads again and again, at first often and then more and more seldom, until what was read is enough. */
export async function pollUntil<T>(read: () => Promise<T>, isEnough: (value: T) => boolean, signal: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, MAX_PAUSE_MS)) {
    const value = await read();
    if (isEnough(value)) return value;
    await sleep(pause, undefined, { signal });
  }
}
