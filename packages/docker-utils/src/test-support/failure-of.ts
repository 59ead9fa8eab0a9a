import { ContainerError } from '@cloud/container-core';

/** The error that an action fails with; throws when it does not fail, or fails with what is no `ContainerError`. */
export async function failureOf(action: Promise<unknown> | AsyncIterable<unknown>): Promise<ContainerError> {
  try {
    if (Symbol.asyncIterator in action && !('then' in action)) for await (const _ of action);
    else await action;
  } catch (error) {
    if (ContainerError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
