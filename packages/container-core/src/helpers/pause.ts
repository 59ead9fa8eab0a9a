/** Waits; an abort ends the wait with the signal's own reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    // Node's own AbortError stands in for the caller's reason.
    throw signal.reason;
  }
}

/** Waits for a piece of work that has no signal of its own; an abort ends the wait with the signal's own reason. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
