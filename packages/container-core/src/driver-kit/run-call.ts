import type { OperationContext } from './operation-context.js';
import type { OperationScope } from './operation-scope.js';

/** How long a call that was ended early may take to put things in order before its caller is told. */
const SETTLE_GRACE_MS = 2000;

/** Runs one promise-shaped call inside its scope. */
export async function runCall<T>(openScope: () => OperationScope, work: (context: OperationContext) => Promise<T>): Promise<T> {
  const scope = openScope();
  let failure: unknown;
  try {
    return await scope.race(work(scope.context), SETTLE_GRACE_MS);
  } catch (error) {
    failure = scope.translate(error);
    throw failure;
  } finally {
    scope.finish(failure);
  }
}
