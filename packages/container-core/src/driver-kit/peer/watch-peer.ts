import type { Socket } from 'node:net';
import { connectTimedOut, peerLost } from './peer-error.js';
import { MAX_SILENT_PROBES, peerTimings } from './peer-timings.js';
import { probePeer } from './probe-peer.js';

/** The connections are checked so many times in each period of silence. */
const CHECKS_PER_SILENCE = 6;

/** What is known about one connection. */
interface Watched {
  readonly socket: Socket;
  readonly createdAt: number;
  read: number;
  written: number;
  /** Since when the peer is silent although something was written; `undefined` when nothing is outstanding. */
  silentSince: number | undefined;
  /** In a pool, without a request. */
  idle: boolean;
  probing: boolean;
}

const watchedSockets = new Map<Socket, Watched>();
let timer: NodeJS.Timeout | undefined;

/**
 * Destroys a TCP or TLS connection whose peer vanished, with an error that `isPeerLost` recognises; returns the connection.
 *
 * - Idle connections: the kernel's keep-alive, which Node 20 leaves off for TLS unless it is set on the socket itself.
 * - Unacknowledged writes switch keep-alive off, and the kernel retransmits for a quarter of an hour. So after a write without a reply the
 *   peer is probed by a second connection, and again while bytes wait here. A frozen process, or one that is slow to reply, answers the probe.
 * - A connection that is not established in time fails with a `connect ETIMEDOUT`.
 *
 * Through a proxy the peer is the proxy. Not for Unix sockets: their kernel reports the end of the other side.
 */
export function watchPeer<Connection extends Socket>(socket: Connection): Connection {
  if (watchedSockets.has(socket)) return socket;
  const keepAlive = () => socket.setKeepAlive(true, peerTimings.keepAliveDelayMs);
  if (socket.connecting) socket.once('connect', keepAlive);
  else keepAlive();
  // The client writes first: a request, or the greeting of TLS.
  const now = performance.now();
  watchedSockets.set(socket, { socket, createdAt: now, read: 0, written: 0, silentSince: now, idle: false, probing: false });
  socket.once('close', () => stopWatching(socket));
  if (timer === undefined) {
    timer = setInterval(checkAll, peerTimings.silenceMs / CHECKS_PER_SILENCE);
    timer.unref();
  }
  return socket;
}

/** Tells whether a pooled connection serves a request; an idle one is not probed. Ignores connections that are not watched. */
export function setPeerIdle(socket: object, idle: boolean): void {
  const watched = watchedSockets.get(socket as Socket);
  if (watched === undefined) return;
  watched.idle = idle;
  watched.silentSince = undefined;
  watched.read = watched.socket.bytesRead;
  watched.written = writtenTo(watched.socket);
}

function stopWatching(socket: Socket): void {
  watchedSockets.delete(socket);
  if (watchedSockets.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function checkAll(): void {
  const now = performance.now();
  for (const watched of watchedSockets.values()) check(watched, now);
}

function check(watched: Watched, now: number): void {
  const { socket } = watched;
  if (socket.connecting) {
    const { connectTimeoutMs } = peerTimings;
    if (now - watched.createdAt >= connectTimeoutMs) socket.destroy(connectTimedOut(connectTimeoutMs));
    return;
  }
  const [read, written] = [socket.bytesRead, writtenTo(socket)];
  // Whether the last write was acknowledged is unknown until a probe succeeds after it: what arrives may have been sent before.
  if (read !== watched.read && watched.silentSince !== undefined) watched.silentSince = now;
  if (written !== watched.written) watched.silentSince ??= now;
  watched.read = read;
  watched.written = written;
  if (watched.idle || watched.probing || watched.silentSince === undefined) return;
  if (now - watched.silentSince >= peerTimings.silenceMs) void probe(watched);
}

async function probe(watched: Watched): Promise<void> {
  const { socket } = watched;
  const read = socket.bytesRead;
  const isAlive = () => socket.destroyed || watched.idle || socket.bytesRead !== read;
  watched.probing = true;
  try {
    for (let count = 0; count < MAX_SILENT_PROBES; count++) {
      if ((await probePeer(socket, peerTimings.probeTimeoutMs)) || isAlive()) {
        watched.silentSince = socket.writableLength > 0 ? performance.now() : undefined;
        return;
      }
    }
    socket.destroy(peerLost(`${socket.remoteAddress}:${socket.remotePort}`));
  } finally {
    watched.probing = false;
  }
}

/** The end of the stream counts as a byte: it is acknowledged as one. */
function writtenTo(socket: Socket): number {
  return socket.bytesWritten + (socket.writableEnded ? 1 : 0);
}
