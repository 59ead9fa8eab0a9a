/** Hands what is pushed to one reader in batches, and tells the one who pushes when to pause. */
export class BatchQueue<T> {
  readonly #limit: number;
  readonly #resume: () => void;
  #batch: T[] = [];
  #weight = 0;
  #wake: (() => void) | undefined;
  #ended: { readonly error?: unknown } | undefined;

  /**
   * @param limit the weight at which to pause
   * @param resume called when the reader has caught up after a pause
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

  async *batches(): AsyncGenerator<readonly T[], void, undefined> {
    for (;;) {
      if (this.#batch.length > 0) {
        const batch = this.#batch;
        const paused = this.#weight >= this.#limit;
        this.#batch = [];
        this.#weight = 0;
        if (paused) this.#resume();
        yield batch;
      } else if (this.#ended !== undefined) {
        if ('error' in this.#ended) throw this.#ended.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }
}
