import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Stoppable, stoppable } from '../shared/controls.js';
import type { EngineAddress } from '../shared/http.js';
import { temporaryDirectory } from '../shared/temporary-directory.js';
import { applyFault } from './apply-fault.js';
import type { Fault } from './fault.js';

export interface FaultProxyOptions {
  readonly target: EngineAddress;
  /** Listen on a unix socket instead of a free TCP port. */
  readonly unixSocket?: boolean;
  /** Default `127.0.0.1`; `engine.hostAddress` to be reached from an engine. */
  readonly listenAddress?: string;
}

/** Stands between a client and a server and disturbs connections as scripted, in order, so that every run is the same. */
export interface FaultProxy extends Stoppable {
  /** Where it listens. */
  readonly address: EngineAddress;
  /** `127.0.0.1:PORT`; absent on a unix socket. */
  readonly host?: string;
  /** Connections accepted so far. */
  readonly connectionCount: number;
  /** Faults of the connections to come, one each, first come first served; `undefined` lets one pass. Adds to those still waiting. */
  next(...faults: readonly (Fault | undefined)[]): void;
  /** The fault of every connection that {@link next} has nothing for; `undefined` (the start): none. */
  always(fault: Fault | undefined): void;
  /** Resets every connection that is open now. */
  cutAll(): void;
}

export async function startFaultProxy({ target, unixSocket = false, listenAddress = '127.0.0.1' }: FaultProxyOptions): Promise<FaultProxy> {
  const script: (Fault | undefined)[] = [];
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  let otherwise: Fault | undefined;
  let connectionCount = 0;

  const place = 'socketPath' in target ? { path: target.socketPath } : target;

  /** Reset connections are the proxy's purpose: an error of a socket ends its pair and nothing else. */
  const own = (socket: Socket, partner?: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      partner?.destroy();
    });
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connectionCount += 1;
    const fault = script.length > 0 ? script.shift() : otherwise;
    own(client);
    const openTarget = () => {
      const upstream = own(connect({ ...place, allowHalfOpen: true }), client);
      client.on('close', () => upstream.destroy());
      return upstream;
    };
    applyFault(fault, client, openTarget, ending.signal).catch(() => client.destroy());
  });

  const directory = unixSocket ? temporaryDirectory('proxy') : undefined;
  const socketPath = directory === undefined ? undefined : join(directory, 'proxy.sock');
  if (socketPath === undefined) server.listen(0, listenAddress);
  else server.listen(socketPath);
  await once(server, 'listening');
  const port = (server.address() as AddressInfo).port;

  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...(socketPath === undefined
      ? { address: { host: listenAddress, port }, host: `${listenAddress}:${port}` }
      : { address: { socketPath } }),
    get connectionCount() {
      return connectionCount;
    },
    next: (...faults) => {
      script.push(...faults);
    },
    always: (fault) => {
      otherwise = fault;
    },
    cutAll,
    ...stoppable(async () => {
      if (!server.listening) return;
      ending.abort();
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    }),
  };
}
