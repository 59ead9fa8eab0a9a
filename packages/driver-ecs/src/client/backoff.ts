import type { PollInterval } from '../options.js';
import { sleep } from './sleep.js';

export const POLL_INTERVAL: PollInterval = { minMs: 250, maxMs: 5000 };

const GROWTH = 1.5;

/** The pauses of one poller: short at first, so that a short job is seen soon, then longer, each a little off so that many do not march in step. */
export class Backoff {
  readonly #interval: PollInterval;
  #next: number;

  constructor(interval: PollInterval = POLL_INTERVAL) {
    this.#interval = interval;
    this.#next = interval.minMs;
  }

  async pause(signal: AbortSignal): Promise<void> {
    const pause = this.#next * (0.9 + Math.random() * 0.2);
    this.#next = Math.min(this.#next * GROWTH, this.#interval.maxMs);
    await sleep(pause, signal);
  }

  /** Something moved: look again soon. */
  reset(): void {
    this.#next = this.#interval.minMs;
  }
}
