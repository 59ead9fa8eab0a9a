import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestFault } from './request-fault.js';

/** Writes a chunk of a reply, doing to its bytes what the fault says. `start` is the offset of the chunk in the reply. */
export async function writePieces(
  fault: RequestFault | undefined,
  chunk: Buffer,
  start: number,
  receiver: Writable,
  signal: AbortSignal,
): Promise<void> {
  for (const piece of pieces(fault, chunk, start)) {
    if (!receiver.write(piece)) await once(receiver, 'drain', { signal });
    if (fault?.kind === 'trickle') await sleep(fault.intervalMilliseconds, undefined, { signal });
  }
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
