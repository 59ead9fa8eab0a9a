import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { reset } from './proxy-listener.js';
import { writePieces } from './write-pieces.js';

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
    await writePieces(fault, chunk, start, client, signal);
  }
  client.end();
}
