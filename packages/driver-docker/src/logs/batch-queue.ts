/** Hands what is pushed to one reader in batches, and tells the one who pushes when to pause. */
export class BatchQueue<T> {
  readonly #limit: number;
  readonly #resume: () => void;
  #batch: T[] = [];
  #weight = 0;
  #paused = false;
  #wake: (() => void) | undefined;
  #ended: { readonly error?: unknown } | undefined;

  /**
   * @param limit the weight at which to pause
   * @param resume called when the reader wants more after a pause
   */
  constructor(limit: number, resume: () => void) {
    this.#limit = limit;
    this.#resume = resume;
  }

  push(item: T, weight = 1): void {
    this.#batch.push(item);
    this.#weight += weight;
  }

  /** Everything of one read has been pushed: wakes the reader. False asks for a pause. */
  flush(): boolean {
    if (this.#batch.length > 0) this.#wake?.();
    return this.#weight < this.#limit;
  }

  end(error?: unknown): void {
    this.#ended ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  /** The next batch; `undefined` at the end. */
  async next(): Promise<readonly T[] | undefined> {
    // Not with the batch before: two would live at a time, and what the reader does not want any more would be read.
    if (this.#paused) {
      this.#paused = false;
      this.#resume();
    }
    while (this.#batch.length === 0) {
      if (this.#ended !== undefined) {
        if ('error' in this.#ended) throw this.#ended.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const batch = this.#batch;
    this.#paused = this.#weight >= this.#limit;
    this.#batch = [];
    this.#weight = 0;
    return batch;
  }
}
