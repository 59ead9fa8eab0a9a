import { ContainerError } from '../errors/container-error.js';
import { builtin } from './builtin.js';

/** A million items, in pages of a hundred. */
const MAX_PAGES = 10_000;
/** What fits into memory when a caller collects a whole list; a page of a hostile server may have many more items than were requested. */
const MAX_ITEMS = 5_000_000;

/** Ends lists that go in a circle or have no end, with `unavailable`, not retryable. Its memory does not grow with what pages are called. */
export class PageLimit {
  readonly #what: string;
  readonly #seen = new Set<string>();
  #items = 0;

  /** @param what for the error: `Listing the tags of app` */
  constructor(what: string) {
    this.#what = what;
  }

  /** Takes the URL or token of the next page; throws when that page was there before, or is one too many. */
  next(page: string): void {
    const key = builtin('node:crypto').createHash('sha256').update(page).digest('base64');
    if (this.#seen.has(key)) throw this.#error('the pages go in a circle');
    if (this.#seen.size === MAX_PAGES) throw this.#error(`there are more than ${MAX_PAGES} pages`);
    this.#seen.add(key);
  }

  /** Counts the items of a page. */
  count(items: number): void {
    this.#items += items;
    if (this.#items > MAX_ITEMS) throw this.#error(`there are more than ${MAX_ITEMS} items`);
  }

  #error(why: string): ContainerError {
    return new ContainerError('unavailable', `${this.#what}: ${why}. Check what answers at this address.`, { retryable: false });
  }
}
