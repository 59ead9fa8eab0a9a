import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestFault } from './request-fault.js';

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
    for (const piece of pieces(fault, passed, seen)) {
      if (!receiver.write(piece)) await once(receiver, 'drain', { signal });
      if (fault?.kind === 'trickle') await sleep(fault.intervalMilliseconds, undefined, { signal });
    }
    seen += passed.length;
    if (seen >= limit) return ending;
  }
  return limit === Number.POSITIVE_INFINITY ? 'end' : ending;
}

function pieces(fault: RequestFault | undefined, chunk: Buffer, start: number): Buffer[] {
  if (fault?.kind === 'trickle') {
    return Array.from({ length: Math.ceil(chunk.length / fault.bytes) }, (_, index) =>
      chunk.subarray(index * fault.bytes, (index + 1) * fault.bytes),
    );
  }
  const offset = fault?.kind === 'corrupt' ? fault.atByte - start : -1;
  const byte = chunk[offset];
  if (byte === undefined) return [chunk];
  const corrupted = Buffer.from(chunk);
  corrupted[offset] = byte ^ 1;
  return [corrupted];
}
