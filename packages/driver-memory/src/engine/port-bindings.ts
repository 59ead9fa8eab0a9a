import type { Server, Socket } from 'node:net';
import type { Endpoint } from '@cloud/container-core';
import { ContainerError } from '@cloud/container-core';
import type { PortRequest } from '@cloud/container-core/driver-kit';
import type { ConnectionHandler } from '../program.js';

/** The published ports of one run: real listening sockets, whose connections go to whatever the program serves. */
export class PortBindings {
  readonly #handlers = new Map<number, ConnectionHandler>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly endpoints: Endpoint[] = [];

  serve(containerPort: number, handler: ConnectionHandler): void {
    this.#handlers.set(containerPort, handler);
  }

  /** Listens on all of the ports, or on none: `conflict` when one is taken. */
  async open(ports: readonly PortRequest[]): Promise<void> {
    try {
      for (const port of ports) await this.#listen(port);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #listen({ containerPort, hostPort, hostAddress, protocol }: PortRequest): Promise<void> {
    const server = process.getBuiltinModule('node:net').createServer((socket) => this.#accept(containerPort, socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(taken(error, hostAddress, hostPort)));
      server.listen({ host: hostAddress, port: hostPort }, resolve);
    });
    this.#servers.push(server);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : hostPort;
    this.endpoints.push({ containerPort, protocol, host: reachable(hostAddress), port, scope: 'host' });
  }

  #accept(containerPort: number, socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that goes away is the program's business, and no reason to end the process.
    socket.on('error', () => undefined);
    const handler = this.#handlers.get(containerPort);
    if (handler === undefined) socket.destroy();
    else if (typeof handler === 'function') handler(socket);
    else handler.emit('connection', socket);
  }
}

function taken(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new ContainerError('conflict', `The port ${host}:${port} is taken; publish another one, or 0 for any.`, {
    vendorCode: error.code,
  });
}

function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
