type Tls = typeof import('node:tls');
type Net = typeof import('node:net');

/** One port of a relay. */
export interface RelayPort {
  readonly port: number;
  /** What the connections lead to. */
  readonly socketPath: string;
  /** PEM; with it the port speaks TLS. */
  readonly identity?: { readonly cert: string; readonly key: string } | undefined;
}

/** The whole program of a process that passes connections on to Unix sockets. It is run as text, hence it uses nothing from outside. */
export function relay(load: NodeJS.Require, ports: readonly RelayPort[]): void {
  const { connect, createServer } = load('node:net') as Net;
  const tls = load('node:tls') as Tls;
  for (const { port, socketPath, identity } of ports) {
    const pass = (socket: import('node:net').Socket) => {
      const target = connect({ path: socketPath, allowHalfOpen: true });
      socket.on('error', () => target.destroy()).pipe(target);
      target.on('error', () => socket.destroy()).pipe(socket);
      socket.on('close', () => target.destroy());
      target.on('close', () => socket.destroy());
    };
    const server =
      identity === undefined ? createServer({ allowHalfOpen: true }, pass) : tls.createServer({ ...identity, allowHalfOpen: true }, pass);
    server.on('tlsClientError', () => undefined).listen(port, '127.0.0.1');
  }
}
