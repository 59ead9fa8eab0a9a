import { once } from 'node:events';
import { connect } from 'node:net';

/** Resolves once somebody accepts connections on a port. */
export async function probeTcp(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
