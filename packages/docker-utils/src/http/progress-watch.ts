/** Slower than this is standing still: a server that sends a byte a second must not hold a call for ever. */
const MINIMUM_BYTES_PER_SECOND = 1024;

/**
 * Watches one connection: within each window of waiting for the other side, at least 1 KiB a second must move.
 *
 * Time in which we ourselves are busy (a slow disk, a slow consumer) does not count.
 */
export class ProgressWatch {
  #windowMs: number;
  readonly #onStall: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #waitingSince: number | undefined = performance.now();
  #waitedMs = 0;
  #bytes = 0;

  constructor(windowMs: number, onStall: () => void) {
    this.#windowMs = windowMs;
    this.#onStall = onStall;
    // Beyond 2^31 ms there is no timer, and no need of one.
    if (windowMs <= 2_147_483_647) this.#timer = setInterval(() => this.#check(), Math.max(10, windowMs / 4));
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** From now on the other side works for itself, and may take so much longer. */
  allow(moreMs: number): void {
    this.#windowMs += moreMs;
    this.#waitedMs = 0;
    this.#bytes = 0;
  }

  /** The other side's turn. */
  waiting(): void {
    this.#waitingSince ??= performance.now();
  }

  /** Our turn. */
  busy(): void {
    if (this.#waitingSince !== undefined) this.#waitedMs += performance.now() - this.#waitingSince;
    this.#waitingSince = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    if (this.#waitingSince !== undefined) {
      this.busy();
      this.waiting();
    }
    if (this.#waitedMs < this.#windowMs) return;
    const enough = this.#bytes >= (MINIMUM_BYTES_PER_SECOND * this.#windowMs) / 1000;
    this.#waitedMs = 0;
    this.#bytes = 0;
    if (!enough) {
      this.stop();
      this.#onStall();
    }
  }
}
