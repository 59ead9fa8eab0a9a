import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { peerTimings } from './peer-timings.js';
import { setPeerIdle, watchPeer } from './watch-peer.js';

type Socket = import('node:net').Socket;
type OnConnection = (error: Error | null, stream: Duplex) => void;

/** The methods in which Node's agents open and keep connections (nodejs.org/api/http.html#agentcreateconnectionoptions-callback). */
interface ConnectionMethods {
  createConnection(options: object, callback?: OnConnection): Duplex | null | undefined;
  keepSocketAlive(socket: Duplex): boolean;
  reuseSocket(socket: Duplex, request: unknown): void;
}

/** Makes an agent of `node:http` or `node:https` watch its connections ({@link watchPeer}); returns the agent. */
export function watchAgent<Kind extends Agent>(agent: Kind): Kind {
  const methods = agent as unknown as ConnectionMethods;
  const create = methods.createConnection.bind(agent);
  const keep = methods.keepSocketAlive.bind(agent);
  const reuse = methods.reuseSocket.bind(agent);
  methods.createConnection = (options, callback) => {
    const connection = create(options, (error, stream) => {
      if (stream !== undefined && stream !== null) watchPeer(stream as Socket);
      callback?.(error, stream);
    });
    if (connection !== undefined && connection !== null) watchPeer(connection as Socket);
    return connection;
  };
  methods.keepSocketAlive = (socket) => {
    const isKept = keep(socket);
    // Node has set a delay of its own.
    if (isKept) (socket as Socket).setKeepAlive(true, peerTimings.keepAliveDelayMs);
    setPeerIdle(socket, true);
    return isKept;
  };
  methods.reuseSocket = (socket, request) => {
    setPeerIdle(socket, false);
    reuse(socket, request);
  };
  return agent;
}
