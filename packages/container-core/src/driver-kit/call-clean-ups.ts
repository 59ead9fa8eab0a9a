import { isError } from '../errors/is-error.js';
import type { OperationContext } from './operation-context.js';

/** How long a clean-up may make no progress, and how long it may take in all: an engine that removes hundreds of containers takes its time. */
const STALL_TIMEOUT_MS = 60_000;
const MAX_CLEAN_UP_MS = 600_000;

/** What one call removes although it failed or was aborted, and what it could not remove. */
export class CallCleanUps {
  readonly #context: OperationContext;
  readonly #timeout: (what: string) => Error;
  readonly #onFailure: (message: string) => void;
  readonly #underWay = new Set<Promise<void>>();
  /** Of the clean-ups under way: progress of one counts for all, because one may wait for another. */
  readonly #stalls = new Set<NodeJS.Timeout>();
  readonly #left = new Set<string>();
  /** What the caller's error lists of that. */
  readonly #reported = new Set<string>();

  constructor(context: OperationContext, timeout: (what: string) => Error, onFailure: (message: string) => void) {
    this.#context = context;
    this.#timeout = timeout;
    this.#onFailure = onFailure;
  }

  /** What could not be removed. */
  get left(): readonly string[] {
    return [...this.#left];
  }

  /** Records that the caller's error lists all that is left. */
  report(): void {
    for (const what of this.#left) this.#reported.add(what);
  }

  hasReported(what: string): boolean {
    return this.#reported.has(what);
  }

  /** Removes something; never rejects. What is not removed in time is left behind. */
  run(what: string, work: (context: OperationContext) => Promise<unknown>): Promise<void> {
    const cleaning = this.#bounded(what, work);
    this.#underWay.add(cleaning);
    return cleaning.finally(() => this.#underWay.delete(cleaning));
  }

  /** Resolves when no clean-up is under way. */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #bounded(what: string, work: (context: OperationContext) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    const giveUp = () => controller.abort(this.#timeout('could not clean up in time'));
    const stall = setTimeout(giveUp, STALL_TIMEOUT_MS);
    this.#stalls.add(stall);
    const deadline = setTimeout(giveUp, MAX_CLEAN_UP_MS);
    try {
      await Promise.race([work(this.#cleanUpContext(signal, () => this.#progress())), ended]);
    } catch (error) {
      this.#left.add(what);
      this.#onFailure(`could not remove ${what}: ${isError(error) ? error.message : String(error)}`);
    } finally {
      this.#stalls.delete(stall);
      clearTimeout(stall);
      clearTimeout(deadline);
    }
  }

  #progress(): void {
    for (const stall of this.#stalls) stall.refresh();
  }

  /** The call itself has ended: its signal, deadline and stop listeners do not apply to a clean-up. */
  #cleanUpContext(signal: AbortSignal, progress: () => void): OperationContext {
    const onStop = (listener: (reason: unknown) => void) => {
      const onAbort = () => listener(signal.reason);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
      return () => signal.removeEventListener('abort', onAbort);
    };
    const endsAt = performance.now() + MAX_CLEAN_UP_MS;
    return { ...this.#context, signal, onStop, progress, remainingMs: () => endsAt - performance.now() };
  }
}
