import { ContainerError } from '@cloud/container-core';

/** Makes a `ContainerError` of what the file system says; one that is a `ContainerError` already stays as it is. */
export function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (ContainerError.isInstance(error) || code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ContainerError('capacity', `There is no room for ${path} (${code}).`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ContainerError('permission-denied', `${path} may not be written or read (${code}).`, { cause: error });
  }
  if (code === 'ENOENT') return new ContainerError('not-found', `${path} does not exist.`, { cause: error });
  return new ContainerError('invalid-argument', `${path} cannot be used (${code}).`, { cause: error });
}
