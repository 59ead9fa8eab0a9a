import { connect, createServer, type Socket } from 'node:net';
import { applyFault } from './apply-fault.js';
import type { Fault } from './fault.js';
import { type FaultProxyOptions, listenAsProxy, type ProxyListener } from './proxy-listener.js';

/** Stands between a client and a server and disturbs connections as scripted, in order, so that every run is the same. */
export interface FaultProxy extends ProxyListener {
  /** Connections accepted so far. */
  readonly connectionCount: number;
  /** Faults of the connections to come, one each, first come first served; `undefined` lets one pass. Adds to those still waiting. */
  next(...faults: readonly (Fault | undefined)[]): void;
  /** The fault of every connection that {@link next} has nothing for; `undefined` (the start): none. */
  always(fault: Fault | undefined): void;
  /** Resets every connection that is open now. */
  cutAll(): void;
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target } = options;
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

  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const listener = await listenAsProxy(server, options, () => {
    ending.abort();
    cutAll();
  });
  return {
    ...listener,
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
  };
}
