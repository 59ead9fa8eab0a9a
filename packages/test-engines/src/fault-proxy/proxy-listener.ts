import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { type Stoppable, stoppable } from '../shared/controls.js';
import type { EngineAddress } from '../shared/http.js';
import { temporaryDirectory } from '../shared/temporary-directory.js';

export interface FaultProxyOptions {
  readonly target: EngineAddress;
  /** Listen on a unix socket instead of a free TCP port. */
  readonly unixSocket?: boolean;
  /** Default `127.0.0.1`; `engine.hostAddress` to be reached from an engine. */
  readonly listenAddress?: string;
}

/** What both proxies have. */
export interface ProxyListener extends Stoppable {
  /** Where it listens. */
  readonly address: EngineAddress;
  /** `127.0.0.1:PORT`; absent on a unix socket. */
  readonly host?: string;
}

/** Makes a server listen, and stops it with everything that it holds. */
export async function listenAsProxy(
  server: Server,
  { unixSocket = false, listenAddress = '127.0.0.1' }: FaultProxyOptions,
  cutAll: () => void,
): Promise<ProxyListener> {
  const directory = unixSocket ? temporaryDirectory('proxy') : undefined;
  const socketPath = directory === undefined ? undefined : join(directory, 'proxy.sock');
  if (socketPath === undefined) server.listen(0, listenAddress);
  else server.listen(socketPath);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...(socketPath === undefined
      ? { address: { host: listenAddress, port }, host: `${listenAddress}:${port}` }
      : { address: { socketPath } }),
    ...stoppable(async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    }),
  };
}

/** A reset where there is such a thing: unix sockets can only be closed. */
export function reset(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
