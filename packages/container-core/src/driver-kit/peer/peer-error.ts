import { isError } from '../../errors/is-error.js';

/** The causes of an error are followed so far: clients wrap what a socket reports. */
const MAX_CAUSES = 4;

/** What an established connection fails with when its peer stopped answering: the error that the kernel reports, too. */
export function peerLost(address: string): NodeJS.ErrnoException {
  const message = `write ETIMEDOUT: ${address} no longer answers`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'write' });
}

/** What a connection fails with that is not established in time. */
export function connectTimedOut(timeoutMs: number): NodeJS.ErrnoException {
  const message = `connect ETIMEDOUT: no answer within ${timeoutMs} ms`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'connect' });
}

/** Whether an error means that the peer of an established connection stopped answering. False when the connection was never established. */
export function isPeerLost(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && isError(current); depth++) {
    const { code, syscall, cause }: NodeJS.ErrnoException = current;
    if (code === 'ETIMEDOUT' && (syscall === 'read' || syscall === 'write')) return true;
    current = cause;
  }
  return false;
}
