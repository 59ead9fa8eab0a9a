interface Pending {
  readonly due: number;
  readonly action: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Longest delay that a Node timer takes; what is further away is looked at again then. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * The fake's time. It runs with the real clock and can be moved ahead with `advance`, which carries out
 * on the way, in order, all that falls due. `manual: true` makes it stand still between advances.
 */
export class Clock {
  readonly #manual: boolean;
  #offset = 0;
  #stopped = false;
  #manualNow = Date.now();
  readonly #pending = new Set<Pending>();

  constructor(settings: { manual?: boolean } = {}) {
    this.#manual = settings.manual ?? false;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#manual ? this.#manualNow : Date.now() + this.#offset;
  }

  /** Carries out `action` once `delay` milliseconds have passed; returns a function that cancels it. */
  after(delay: number, action: () => void): () => void {
    const pending: Pending = { due: this.now() + delay, action, timer: undefined };
    if (!this.#stopped) {
      this.#pending.add(pending);
      this.#arm(pending);
    }
    return () => this.#drop(pending);
  }

  async advance(milliseconds: number): Promise<void> {
    const target = this.now() + milliseconds;
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      this.#moveTo(Math.max(next.due, this.now()));
      this.#fire(next);
      // What was carried out may have woken a container program, whose next step belongs before ours.
      await new Promise(setImmediate);
    }
    this.#moveTo(Math.max(target, this.now()));
    for (const pending of this.#pending) this.#arm(pending);
  }

  /** Nothing falls due any more. */
  stop(): void {
    this.#stopped = true;
    for (const pending of this.#pending) this.#drop(pending);
  }

  #moveTo(time: number): void {
    if (this.#manual) this.#manualNow = time;
    else this.#offset = time - Date.now();
  }

  #earliest(limit: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due <= limit && (earliest === undefined || pending.due < earliest.due)) earliest = pending;
    }
    return earliest;
  }

  #arm(pending: Pending): void {
    if (this.#manual) return;
    clearTimeout(pending.timer);
    const delay = Math.min(Math.max(pending.due - this.now(), 0), MAX_TIMER);
    pending.timer = setTimeout(() => (pending.due > this.now() ? this.#arm(pending) : this.#fire(pending)), delay);
    pending.timer.unref();
  }

  #fire(pending: Pending): void {
    this.#drop(pending);
    pending.action();
  }

  #drop(pending: Pending): void {
    clearTimeout(pending.timer);
    this.#pending.delete(pending);
  }
}
