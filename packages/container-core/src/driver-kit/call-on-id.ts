import type { CallOptions } from '../types/call-options.js';
import type { OperationContext } from './operation-context.js';
import type { Operations, Pace } from './operations.js';
import { taking } from './validate/call-options.js';
import { idOf } from './validate/names.js';

/** A call on one thing, given by its id or as the object that has it, which takes no options of its own. */
export function callOnId<T>(
  operations: Operations,
  operation: string,
  field: 'container' | 'cluster' | 'service',
  target: unknown,
  options: CallOptions | undefined,
  work: (id: string, context: OperationContext) => Promise<T>,
  pace: Pace = 'deadline',
): Promise<T> {
  return operations.call(
    operation,
    options,
    pace,
    taking(options, [], (refuse) => idOf(refuse, field, target)),
    work,
  );
}
