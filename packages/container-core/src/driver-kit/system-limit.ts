import type { ChildProcess } from 'node:child_process';
import { ContainerError } from '../errors/container-error.js';

/** Node's codes of what this machine or process has run out of. */
const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'the open files of this process',
  ENFILE: 'the open files of this machine',
  ENOMEM: 'memory',
  ENOBUFS: 'socket buffers',
  EAGAIN: 'processes or connections',
  EADDRNOTAVAIL: 'local addresses and ports',
};
/** As deep as causes are kept (`redacted-cause.ts`). */
const MAX_DEPTH = 5;

/**
 * Returns the `capacity` error, which is retryable, for an error that is caused by a limit of this machine or process: EMFILE, ENFILE,
 * ENOMEM, ENOBUFS, EAGAIN, and EADDRNOTAVAIL of a connection. Returns `undefined` for every other error.
 *
 * Every call of `Operations` applies it; what runs outside of a call applies it itself.
 */
export function systemLimitError(error: unknown): ContainerError | undefined {
  let current = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof current === 'object' && current !== null; depth += 1) {
    const { code, syscall, cause } = current as NodeJS.ErrnoException;
    const limit = code === undefined ? undefined : LIMITS[code];
    // A listener's EADDRNOTAVAIL is about the address that the caller named.
    if (code !== undefined && limit !== undefined && (code !== 'EADDRNOTAVAIL' || syscall === 'connect')) {
      const message = `A limit of the system is reached: ${limit} (${code}). Close what is not needed, or raise the limit, and try again.`;
      return new ContainerError('capacity', message, { vendorCode: code, cause: error });
    }
    current = cause;
  }
  return undefined;
}

/**
 * Throws when a program could not be started because no file is left: Node then returns a child without any streams, before it emits
 * the `error`.
 */
export function checkSpawned(child: ChildProcess): void {
  if ((child as Partial<Pick<ChildProcess, 'stdio'>>).stdio !== undefined) return;
  child.on('error', () => undefined);
  throw systemLimitError({ code: 'EMFILE' });
}
