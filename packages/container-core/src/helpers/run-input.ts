import type { Writable } from 'node:stream';
import type { Refuse } from '../driver-kit/validate/refusal.js';

/** What a run can read its input from. A `Readable` is an async iterable. */
export type RunInput = string | Uint8Array | AsyncIterable<Uint8Array | string>;

/**
 * Feeds a process until the input or the process has ended, no faster than the process reads.
 *
 * A process that stops reading is not an error. Leaving the input early ends it as leaving a `for await` loop does: a `Readable` is destroyed.
 *
 * @param ended settles when the process has ended
 */
export async function feedInput(target: Writable, input: RunInput, ended: Promise<unknown>, refuse: Refuse): Promise<void> {
  let isOver = false;
  const over = new Promise<undefined>((resolve) => {
    const end = () => {
      isOver = true;
      resolve(undefined);
    };
    ended.then(end, end);
    target.on('error', end).on('close', end);
  });
  const chunks = typeof input === 'string' || input instanceof Uint8Array ? once(input) : input;
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), over]);
    if (next?.done === true) break;
    if (next === undefined || isOver) {
      leave(chunks, iterator);
      return;
    }
    const { value } = next;
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) refuse('stdin', 'made of strings or bytes', value);
    await Promise.race([over, new Promise<void>((resolve) => target.write(value, () => resolve()))]);
  }
  target.end();
}

async function* once(input: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  if (input.length > 0) yield input;
}

/** Lets go of input that may be in the middle of a read that never ends. */
function leave(chunks: AsyncIterable<unknown> & { destroy?(): unknown }, iterator: AsyncIterator<unknown>): void {
  // The iterator of a Readable would wait for that read first.
  if (typeof chunks.destroy === 'function') chunks.destroy();
  else iterator.return?.()?.catch(() => undefined);
}
