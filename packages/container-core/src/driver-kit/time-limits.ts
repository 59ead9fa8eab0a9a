/** How long one operation may take. */
export interface TimeLimitSettings {
  /** The total deadline; `Infinity` for none. */
  readonly timeoutMs: number;
  /** The longest time without progress; `undefined` for no limit. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether the deadline continues while the caller handles what it was given. */
  readonly countsCaller: boolean;
  /** Whether the deadline continues during `transfer`: a caller's does, the default one does not. */
  readonly countsTransfers: boolean;
}

/** How long a transfer may make no progress unless the call says otherwise. */
export const DEFAULT_STALL_TIMEOUT_MS = 60_000;

/** The longest time of a timer of Node (2^31 - 1 ms, 24.8 days): a longer one would fire at once, so a longer deadline is unlimited. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The deadline and the stall timeout of one operation. */
export class TimeLimits {
  readonly #settings: TimeLimitSettings;
  readonly #onExceeded: (what: string) => void;
  readonly #beganAt = performance.now();
  #deadline: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;
  /** Since when the operation has waited for its caller. */
  #callerSince: number | undefined;
  #callerMs = 0;
  /** Time of transfers that the deadline does not count. */
  #transferMs = 0;
  #isTransferring = false;
  #isCleared = false;

  /** @param onExceeded gets what went wrong, such as `did not finish within 20 ms` */
  constructor(settings: TimeLimitSettings, onExceeded: (what: string) => void) {
    this.#settings = settings;
    this.#onExceeded = onExceeded;
    const { timeoutMs, stallTimeoutMs } = settings;
    if (timeoutMs <= MAX_TIMER_MS) this.#watchDeadline(timeoutMs);
    if (stallTimeoutMs !== undefined) this.#watchStall(stallTimeoutMs);
  }

  /** How much of the deadline is left. */
  get remainingMs(): number {
    const { timeoutMs, countsCaller, countsTransfers } = this.#settings;
    if (this.#isTransferring && !countsTransfers) return Number.POSITIVE_INFINITY;
    return timeoutMs - (this.elapsedMs - this.#transferMs - (countsCaller ? 0 : this.#waitedForCallerMs));
  }

  get elapsedMs(): number {
    return performance.now() - this.#beganAt;
  }

  /** The caller has something to handle; it may never come back, so the timers do not keep the process alive. */
  handOver(): void {
    this.#callerSince ??= performance.now();
    this.#stall?.unref();
    if (!this.#settings.countsCaller) this.#deadline?.unref();
  }

  /** The caller requests more. */
  takeOver(): void {
    if (this.#callerSince === undefined) return;
    this.#callerMs = this.#waitedForCallerMs;
    this.#callerSince = undefined;
    this.#stall?.ref().refresh();
    this.#deadline?.ref();
  }

  progress(): void {
    this.#stall?.refresh();
  }

  /** Does a part that moves many bytes: without progress it stalls, and a default deadline does not count meanwhile. */
  async transfer<T>(work: () => Promise<T>): Promise<T> {
    // Work that continues after its call has ended is watched no more.
    if (this.#isTransferring || this.#isCleared) return work();
    const beganAt = performance.now();
    const { timeoutMs, countsTransfers } = this.#settings;
    this.#isTransferring = true;
    if (!countsTransfers) clearTimeout(this.#deadline);
    // A call that is a transfer as a whole is watched already.
    const isWatched = this.#stall !== undefined;
    if (!isWatched) this.#watchStall(DEFAULT_STALL_TIMEOUT_MS);
    try {
      return await work();
    } finally {
      this.#isTransferring = false;
      if (!isWatched) {
        clearTimeout(this.#stall);
        this.#stall = undefined;
      }
      if (!countsTransfers) {
        this.#transferMs += performance.now() - beganAt;
        if (!this.#isCleared && timeoutMs <= MAX_TIMER_MS) this.#watchDeadline(Math.max(1, Math.ceil(this.remainingMs)));
      }
    }
  }

  clear(): void {
    this.#isCleared = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#stall);
  }

  get #waitedForCallerMs(): number {
    return this.#callerMs + (this.#callerSince === undefined ? 0 : performance.now() - this.#callerSince);
  }

  #watchDeadline(afterMs: number): void {
    this.#deadline = setTimeout(() => {
      // Timers may fire a fraction of a millisecond early.
      const remaining = Math.ceil(this.remainingMs);
      if (remaining <= 1) this.#onExceeded(`did not finish within ${this.#settings.timeoutMs} ms`);
      else this.#watchDeadline(remaining);
    }, afterMs);
    if (this.#callerSince !== undefined) this.#deadline.unref();
  }

  #watchStall(stallTimeoutMs: number): void {
    if (stallTimeoutMs <= MAX_TIMER_MS) this.#stall = setTimeout(() => this.#onStall(stallTimeoutMs), stallTimeoutMs);
  }

  #onStall(stallTimeoutMs: number): void {
    if (this.#callerSince === undefined) this.#onExceeded(`made no progress for ${stallTimeoutMs} ms`);
    else this.#stall?.refresh();
  }
}
