import { connect } from 'node:net';

/** Whether a connection to a socket is taken. */
export function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (listens: boolean) => () => {
      socket.destroy();
      resolve(listens);
    };
    // One that we may not open is there all the same; the call will say so.
    socket.once('connect', settle(true)).once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'EACCES')());
  });
}
