import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Works on items as they arrive, several at once, and gives the results in the order of the items.
 *
 * The source is asked for its next item before the work on an item begins, and never more than `inFlight` pieces of work ahead of the
 * reader.
 */
export async function* pipeline<Item, Result>(
  source: AsyncIterable<Item>,
  inFlight: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const items = source[Symbol.asyncIterator]();
  const pending: Promise<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | undefined = pull(items);
  try {
    for (;;) {
      if (next !== undefined && pending.length < inFlight) {
        // What is ready first: the next item, or the oldest piece of work, which the reader waits for.
        const arrived: IteratorResult<Item> | undefined = await first(next, pending[0]);
        if (arrived !== undefined) {
          next = arrived.done === true ? undefined : pull(items);
          if (arrived.done !== true) pending.push(quiet(afterRequest(work, arrived.value)));
          continue;
        }
      }
      const oldest = pending.shift();
      if (oldest === undefined) return;
      yield await oldest;
    }
  } finally {
    await items.return?.();
  }
}

/** The request for the source's next item, on which all the rest waits, is on its way by the next turn; the work comes behind it. */
async function afterRequest<Item, Result>(work: (item: Item) => Promise<Result>, item: Item): Promise<Result> {
  await nextTurn();
  return work(item);
}

function pull<Item>(items: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
  return quiet(items.next());
}

/** The first of the two; `undefined` when it is the second. */
async function first<Item>(next: Promise<Item>, oldest: Promise<unknown> | undefined): Promise<Item | undefined> {
  if (oldest === undefined) return next;
  return Promise.race([next, oldest.then(() => undefined)]);
}

/** Marks a promise that may be awaited much later, or never, as no unhandled rejection. */
function quiet<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
