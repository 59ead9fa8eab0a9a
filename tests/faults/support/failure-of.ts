import { ContainerError } from '@cloud/container-core';

/** What an action rejects with; throws when it does not fail. A stream is read to its end. */
export async function reasonOf(action: Promise<unknown> | AsyncIterable<unknown>): Promise<unknown> {
  try {
    if (Symbol.asyncIterator in action && !('then' in action)) for await (const _ of action);
    else await action;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** The `ContainerError` that an action fails with; throws for anything else. */
export async function failureOf(action: Promise<unknown> | AsyncIterable<unknown>): Promise<ContainerError> {
  const reason = await reasonOf(action);
  if (ContainerError.isInstance(reason)) return reason;
  throw new Error('it failed with what is no ContainerError', { cause: reason });
}
