import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; generous, because the machine may be busy. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`it never came to this: ${what}`);
    await sleep(10);
  }
}
