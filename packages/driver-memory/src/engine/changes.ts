import { MAX_TIMER_MS } from '@cloud/container-core/driver-kit';

/** Tells those who wait that something has changed. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Settles at the next change, or at an instant if that comes first; rejects with the reason when the signal fires. */
  next(signal: AbortSignal, until?: Date): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const abort = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        reject(signal.reason);
      };
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', abort);
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(wake);
      // Who is woken too early looks again.
      if (until !== undefined) timer = setTimeout(wake, Math.min(Math.max(1, until.getTime() - Date.now()), MAX_TIMER_MS));
    });
  }
}
