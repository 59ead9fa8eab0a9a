import { ContainerError } from '@cloud/container-core';

/** What the file system reports when an entry meets another one of the same archive. */
const COLLISIONS = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/** The archive breaks a rule, so none of it reaches the target. */
export function refused(reason: string): ContainerError {
  return new ContainerError('integrity', `cp: the archive is refused: ${reason}.`, { operation: 'cp' });
}

/** The archive is sound, but this machine cannot take it. */
export function unwritable(path: string, cause: unknown): ContainerError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'capacity' : 'precondition-failed';
  return new ContainerError(kind, `cp: ${path} cannot be written (${code ?? message}).`, { operation: 'cp', cause });
}

/** Explains why an archive could not be extracted to its private folder. `target` is the path that the user named. */
export function extractionFailure(error: unknown, target: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (ContainerError.isInstance(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  // The archive comes from another machine, so every error of the file system is one of the private folder.
  if (code !== undefined && COLLISIONS.has(code))
    return refused('two of its entries have the same path, or one lies within a file or a link');
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return unwritable(target, error);
  return refused(`it is damaged or not a tar archive (${message})`);
}
