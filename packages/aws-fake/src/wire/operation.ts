import type { Check } from './checks.js';

export type Reply = Readonly<Record<string, unknown>>;

/** One API operation: reads its request strictly, then carries it out. */
export interface Operation {
  carryOut(request: unknown): Reply | Promise<Reply>;
}

export type OperationTable = Readonly<Record<string, Operation>>;

export function operation<Input>(check: Check<Input>, handle: (input: Input) => Reply | Promise<Reply>): Operation {
  return { carryOut: (request) => handle(check(request, '')) };
}
