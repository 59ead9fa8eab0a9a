import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { reset } from './proxy-listener.js';

/** Forwards one connection, doing to it what the fault says. `openTarget` is not called where the target must not be asked. */
export async function applyFault(fault: Fault | undefined, client: Socket, openTarget: () => Socket, signal: AbortSignal): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'refuse') {
    reset(client);
    return;
  }
  if (fault?.kind === 'respond') {
    // Only once something was asked: some clients take an early reply for a protocol error.
    await once(client, 'data', { signal });
    client.end(fault.reply);
    return;
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds, undefined, { signal });
  const target = openTarget();
  client.pipe(target);
  let seen = 0;
  for await (const chunk of target as AsyncIterable<Buffer>) {
    const start = seen;
    seen += chunk.length;
    if (fault?.kind === 'cut' && seen >= fault.afterBytes) {
      client.write(chunk.subarray(0, fault.afterBytes - start), () => reset(client));
      target.destroy();
      return;
    }
    for (const piece of pieces(fault, chunk, start)) {
      if (!client.write(piece)) await once(client, 'drain', { signal });
      if (fault?.kind === 'trickle') await sleep(fault.intervalMilliseconds, undefined, { signal });
    }
  }
  client.end();
}

/** `start` is the offset of the chunk in the reply. */
function pieces(fault: Fault | undefined, chunk: Buffer, start: number): Buffer[] {
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
