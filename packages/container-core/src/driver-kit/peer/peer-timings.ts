/** How long a peer may be silent, in milliseconds. */
export interface PeerTimings {
  /** Before the kernel probes a connection on which nothing moves; ten probes follow, one a second. */
  keepAliveDelayMs: number;
  /** Before a peer that has not replied to what was written is probed with a second connection. */
  silenceMs: number;
  /** For each of the two probes. */
  probeTimeoutMs: number;
  /** For a connection to be established. */
  connectTimeoutMs: number;
}

/** A peer is lost once so many probes in succession had no answer. */
export const MAX_SILENT_PROBES = 2;

/**
 * The times of `watchPeer`. Their sum, a reconnect included, stays below 60 s, and detection below the 30 s of a stalled transfer.
 *
 * Drivers never change them; tests shorten them.
 */
export const peerTimings: PeerTimings = {
  keepAliveDelayMs: 12_000,
  silenceMs: 12_000,
  probeTimeoutMs: 5_000,
  connectTimeoutMs: 12_000,
};
