import type { Listing } from '../types/listing.js';

/**
 * Makes a {@link Listing} of a function that fetches pages.
 *
 * The function is called when the listing is first used: once for all awaits, and once for each `for await`. It may reject
 * or throw at any page; leaving a loop calls the pages' `return()`.
 *
 * ```ts
 * createListing(async function* () {
 *   for (let next = first; next !== undefined; next = page.next) { const page = await fetchPage(next); yield page.items; }
 * });
 * ```
 */
export function createListing<T>(pages: () => AsyncIterable<readonly T[]>): Listing<T> {
  return new PagedListing(pages);
}

class PagedListing<T> implements Listing<T> {
  readonly [Symbol.toStringTag] = 'Listing';
  readonly #pages: () => AsyncIterable<readonly T[]>;
  #all: Promise<T[]> | undefined;

  constructor(pages: () => AsyncIterable<readonly T[]>) {
    this.#pages = pages;
  }

  // biome-ignore lint/suspicious/noThenProperty: a listing is a promise on purpose
  then<Value = T[], Failure = never>(
    onFulfilled?: ((items: T[]) => Value | PromiseLike<Value>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#collect().then(onFulfilled, onRejected);
  }

  catch<Failure = never>(onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null): Promise<T[] | Failure> {
    return this.#collect().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T[]> {
    return this.#collect().finally(onFinally);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for await (const page of this.#pages()) yield* page;
  }

  #collect(): Promise<T[]> {
    this.#all ??= collect(this.#pages());
    return this.#all;
  }
}

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) for (const item of page) items.push(item);
  return items;
}
