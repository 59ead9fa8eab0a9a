import type { Duplex } from 'node:stream';

/** Calls a listener once a connection can carry a request: at once, or when it is made. Never for one that fails before. */
export function onConnected(connection: Duplex, listener: () => void): void {
  // A connection through a program does not report it, so its bytes count as sent.
  if ((connection as { readonly connecting?: boolean }).connecting === true) connection.once('connect', listener);
  else listener();
}
