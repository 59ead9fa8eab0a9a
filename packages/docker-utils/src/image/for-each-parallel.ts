import { setMaxListeners } from 'node:events';
import type { Call } from '../http/exchange.js';

/**
 * Works through items, some at a time, in their order.
 *
 * At the first failure the others are aborted and waited for, so that nothing goes on behind the caller's back; then it is thrown.
 */
export async function forEachParallel<T>(
  items: readonly T[],
  concurrency: number,
  call: Call,
  work: (item: T, call: Call) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const inner = { ...call, signal: AbortSignal.any([call.signal, controller.signal]) };
  // Each item may listen to it.
  setMaxListeners(0, inner.signal);
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      if (failure !== undefined) return;
      try {
        await work(item, inner);
      } catch (error) {
        failure ??= { error };
        controller.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}
