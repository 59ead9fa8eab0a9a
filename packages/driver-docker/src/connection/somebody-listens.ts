import { connect } from 'node:net';
import { systemLimitError } from '@cloud/container-core/driver-kit';

/** Whether a connection to a socket is taken; `capacity` when no connection can be made at all. */
export function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const settle = (listens: boolean) => () => {
      socket.destroy();
      resolve(listens);
    };
    // One that we may not open is there all the same; the call will say so.
    socket.once('connect', settle(true)).once('error', (error: NodeJS.ErrnoException) => {
      const limit = systemLimitError(error);
      if (limit === undefined) settle(error.code === 'EACCES')();
      else reject(limit);
    });
  });
}
