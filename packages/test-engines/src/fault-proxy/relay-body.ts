import type { Readable, Writable } from 'node:stream';
import type { RequestFault } from './request-fault.js';
import { writePieces } from './write-pieces.js';

/** How a relayed body ended: `stay` leaves the connection open, `cut` asks for a reset. */
export type BodyEnd = 'end' | 'stay' | 'cut';

/** Passes a reply's body on, doing to it what the fault says; does not end the receiver. */
export async function relayBody(
  fault: RequestFault | undefined,
  source: Readable,
  receiver: Writable,
  signal: AbortSignal,
): Promise<BodyEnd> {
  const limit = fault?.kind === 'cut' || fault?.kind === 'stall' ? fault.afterBytes : Number.POSITIVE_INFINITY;
  const ending = fault?.kind === 'stall' ? 'stay' : 'cut';
  let seen = 0;
  if (limit === 0) return ending;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const passed = chunk.subarray(0, limit - seen);
    await writePieces(fault, passed, seen, receiver, signal);
    seen += passed.length;
    if (seen >= limit) return ending;
  }
  return limit === Number.POSITIVE_INFINITY ? 'end' : ending;
}
