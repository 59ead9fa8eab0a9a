import type { CleanUps } from './clean-ups.js';
import type { OperationContext } from './operation-context.js';
import type { Discard, OperationScope } from './operation-scope.js';

/** A call and what belongs to it. */
export interface CallParts<T> {
  readonly openScope: () => OperationScope;
  readonly work: (context: OperationContext) => Promise<T>;
  readonly cleanUps: CleanUps;
  readonly discard?: (() => Discard<T> | undefined) | undefined;
}

/** Runs one promise-shaped call inside its scope. */
export async function runCall<T>({ openScope, work, cleanUps, discard }: CallParts<T>): Promise<T> {
  const scope = openScope();
  let failure: unknown;
  try {
    return await scope.raceCall(work(scope.context), discard?.());
  } catch (error) {
    failure = scope.translate(error);
    cleanUps.add(scope);
    throw failure;
  } finally {
    scope.finish(failure);
  }
}
