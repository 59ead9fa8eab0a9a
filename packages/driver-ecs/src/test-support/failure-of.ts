import { ContainerError } from '@cloud/container-core';

/** The `ContainerError` with which a call fails. */
export async function failureOf(work: PromiseLike<unknown>): Promise<ContainerError> {
  try {
    await work;
  } catch (error) {
    if (ContainerError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
