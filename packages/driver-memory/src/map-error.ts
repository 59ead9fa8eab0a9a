import { ContainerError } from '@cloud/container-core';
import { isError } from '@cloud/container-core/driver-kit';

/**
 * Whatever the engine throws that is not a `ContainerError` already.
 *
 * - a system error of a listening socket, such as EACCES of a port below 1024 → `permission-denied`
 * - an address that this machine does not have → `invalid-argument`
 * - any other → `internal`
 */
export function mapError(error: unknown): ContainerError {
  const code = isError(error) ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'EACCES')
    return new ContainerError('permission-denied', 'The port must not be opened by this user.', { vendorCode: code, cause: error });
  if (code === 'EADDRNOTAVAIL')
    return new ContainerError('invalid-argument', 'hostAddress must be an address of this machine.', { vendorCode: code, cause: error });
  return new ContainerError('internal', `The memory engine failed: ${isError(error) ? error.message : String(error)}.`, {
    cause: error,
  });
}
