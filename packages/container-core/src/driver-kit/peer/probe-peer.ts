import type { Socket } from 'node:net';
import { builtin } from '../builtin.js';

/** The two ends of a connection. */
export type ConnectionEnds = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress'>;

/** What a connection attempt fails with when packets do not reach the peer, or when the address that they come from was removed. */
const SILENT: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

const running = new Map<string, Promise<boolean>>();

/**
 * Opens a second connection to a peer, over the same two addresses, and closes it at once; resolves with whether the peer answers.
 *
 * The kernel of a frozen process completes the connection, and one without a listener refuses it: both answer. A failure that is not the
 * network's, such as EMFILE, counts as an answer. Connections to one peer share a probe.
 */
export function probePeer(ends: ConnectionEnds, timeoutMs: number): Promise<boolean> {
  const key = `${ends.localAddress} ${ends.remoteAddress} ${ends.remotePort}`;
  const known = running.get(key);
  if (known !== undefined) return known;
  const probe = connectOnce(ends, timeoutMs).finally(() => running.delete(key));
  running.set(key, probe);
  return probe;
}

function connectOnce({ remoteAddress: host, remotePort: port, localAddress }: ConnectionEnds, timeoutMs: number): Promise<boolean> {
  if (host === undefined || port === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = builtin('node:net').connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const settle = (answers: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answers);
    };
    // After a blocked event loop the answer may wait behind the timer: it is read before `setImmediate`.
    const timer = setTimeout(() => setImmediate(() => settle(false)), timeoutMs);
    timer.unref();
    socket.unref();
    socket.once('connect', () => settle(true));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => settle(!SILENT.has(code)));
  });
}
