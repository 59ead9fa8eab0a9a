import { leftBehind } from './left-behind.js';
import type { OperationScope } from './operation-scope.js';

/** Under which a driver that the kit made reports its clean-ups; the same in every loaded copy of this package. */
export const CLEAN_UPS = Symbol.for('@cloud/container-core/cleanUps');

/** Waits for the clean-ups of the calls that were made with one signal; returns what they could not remove, such as `container 4f5e`. */
export type CollectLeftovers = () => Promise<readonly string[]>;

/**
 * The clean-ups of the calls of one driver that failed or were ended early.
 *
 * An aborted call rejects promptly, so its clean-up may continue after the caller has its answer.
 */
export class CleanUps {
  readonly #underWay = new Set<Promise<unknown>>();
  /** Signals whose leftovers a caller collects, and the clean-ups of their calls. */
  readonly #collected = new WeakMap<AbortSignal, Promise<readonly string[]>[]>();

  /** Collects the leftovers of every later call that gets this signal. Without it they become a warning of the process. */
  collect(signal: AbortSignal): CollectLeftovers {
    const cleanUps: Promise<readonly string[]>[] = [];
    this.#collected.set(signal, cleanUps);
    return async () => (await Promise.all(cleanUps)).flat();
  }

  /** Takes over a call that has failed. */
  add(scope: OperationScope): void {
    const settled = scope.settle();
    const { callerSignal: signal } = scope;
    const collected = signal === undefined ? undefined : this.#collected.get(signal);
    collected?.push(settled);
    const reported = settled.then((left) => {
      const unreported = collected === undefined ? left.filter((what) => !scope.hasReported(what)) : [];
      if (unreported.length > 0) {
        process.emitWarning(leftBehind(scope.context.operation, unreported), { code: 'CONTAINER_LEFT_BEHIND' });
      }
    });
    this.#underWay.add(reported);
    void reported.finally(() => this.#underWay.delete(reported));
  }

  /** Resolves when no clean-up is under way. */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}

/** Collects what calls of a driver with this signal leave behind; nothing where the driver cannot report it. */
export function collectLeftovers(driver: object, signal: AbortSignal): CollectLeftovers {
  const collect = (driver as { readonly [CLEAN_UPS]?: (signal: AbortSignal) => CollectLeftovers })[CLEAN_UPS];
  return collect?.(signal) ?? (async () => []);
}
