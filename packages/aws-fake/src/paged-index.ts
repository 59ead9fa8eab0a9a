interface Entry<T> {
  readonly position: number;
  readonly item: T;
  live: boolean;
}

/** A list in order of arrival that is paged through in time proportional to the page, while items come and go. */
export class PagedIndex<T> {
  #entries: Entry<T>[] = [];
  readonly #byItem = new Map<T, Entry<T>>();
  #nextPosition = 1;

  get size(): number {
    return this.#byItem.size;
  }

  add(item: T): void {
    const entry = { position: this.#nextPosition++, item, live: true };
    this.#entries.push(entry);
    this.#byItem.set(item, entry);
  }

  delete(item: T): void {
    const entry = this.#byItem.get(item);
    if (entry === undefined) return;
    entry.live = false;
    this.#byItem.delete(item);
    if (this.#entries.length > 64 && this.#byItem.size < this.#entries.length / 2)
      this.#entries = this.#entries.filter((kept) => kept.live);
  }

  items(): IterableIterator<T> {
    return this.#byItem.keys();
  }

  /** Up to `limit` items that came after `position`; `last` is set when there are more. */
  page(position: number, limit: number, matches: (item: T) => boolean): { items: T[]; last?: number } {
    const items: T[] = [];
    let last = position;
    for (let index = this.#firstAfter(position); index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (!entry?.live || !matches(entry.item)) continue;
      if (items.length === limit) return { items, last };
      items.push(entry.item);
      last = entry.position;
    }
    return { items };
  }

  #firstAfter(position: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.position ?? Number.POSITIVE_INFINITY) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
