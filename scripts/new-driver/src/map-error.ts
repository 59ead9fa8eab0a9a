import { ContainerError } from '@cloud/container-core';
import { AcmeError } from './acme-api.js';

/** Makes a `ContainerError` of what the client throws: its safe fields only, since requests and credentials hang on error objects. */
export function mapError(error: unknown, operation: string): ContainerError {
  if (error instanceof AcmeError) {
    // The vendor's word goes along: programs and people can look it up.
    return new ContainerError('conflict', `${operation}: ${error.message}. Choose another name.`, { vendorCode: error.code, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ContainerError('internal', `${operation} failed: ${message}.`, { cause: error });
}
