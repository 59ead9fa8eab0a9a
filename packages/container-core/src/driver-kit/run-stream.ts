import type { OperationContext } from './operation-context.js';
import type { OperationScope } from './operation-scope.js';

/**
 * Makes an iterable whose items come in batches, each iteration inside a scope of its own.
 *
 * An item of a batch that is already here costs one resolved promise and nothing else: logs run through here by the million.
 */
export function streamOfBatches<T>(
  openScope: () => OperationScope,
  work: (context: OperationContext) => AsyncIterable<readonly T[]>,
): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new BatchIterator(openScope, work) };
}

/** Makes an iterable that passes chunks on, each iteration inside a scope of its own. */
export function streamOfChunks<T>(
  openScope: () => OperationScope,
  work: (context: OperationContext) => AsyncIterable<T>,
): AsyncIterable<T> {
  return streamOfBatches(openScope, async function* (context) {
    for await (const chunk of work(context)) yield [chunk];
  });
}

const DONE = { value: undefined, done: true } as const;

class BatchIterator<T> implements AsyncIterableIterator<T> {
  readonly #openScope: () => OperationScope;
  readonly #work: (context: OperationContext) => AsyncIterable<readonly T[]>;
  #scope: OperationScope | undefined;
  #batches: AsyncIterator<readonly T[]> | undefined;
  #batch: readonly T[] = [];
  #next = 0;
  #ended = false;
  /** Set while a batch is on its way; a caller that does not wait for one `next()` before the other queues here. */
  #pulling: Promise<unknown> | undefined;

  constructor(openScope: () => OperationScope, work: (context: OperationContext) => AsyncIterable<readonly T[]>) {
    this.#openScope = openScope;
    this.#work = work;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#pulling === undefined && this.#next < this.#batch.length) {
      return Promise.resolve({ value: this.#batch[this.#next++] as T, done: false });
    }
    const result = (this.#pulling ?? Promise.resolve()).then(() => this.#pull());
    const pulling: Promise<unknown> = result.then(
      () => this.#pulled(pulling),
      () => this.#pulled(pulling),
    );
    this.#pulling = pulling;
    return result;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    // Not awaited beyond the scope's end: a generator that hangs in a read is let go by the signal.
    const scope = this.#scope;
    scope?.stop(new DOMException('The stream was left.', 'AbortError'));
    scope?.finish();
    await this.#batches?.return?.().catch(() => undefined);
    return DONE;
  }

  #pulled(pulling: Promise<unknown>): void {
    if (this.#pulling === pulling) this.#pulling = undefined;
  }

  async #pull(): Promise<IteratorResult<T, undefined>> {
    while (this.#next >= this.#batch.length) {
      if (this.#ended) return DONE;
      try {
        this.#scope ??= this.#openScope();
        this.#scope.takeOver();
        this.#batches ??= this.#work(this.#scope.context)[Symbol.asyncIterator]();
        const { value, done } = await this.#scope.race(this.#batches.next());
        if (this.#ended) return DONE;
        if (done === true) {
          this.#end();
          this.#scope.finish();
          return DONE;
        }
        this.#batch = value;
        this.#next = 0;
        this.#scope.handOver();
      } catch (error) {
        this.#fail(error);
      }
    }
    return { value: this.#batch[this.#next++] as T, done: false };
  }

  #fail(error: unknown): never {
    this.#end();
    const scope = this.#scope;
    // A scope that could not be opened has said what is wrong already.
    if (scope === undefined) throw error;
    const failure = scope.translate(error);
    scope.finish(failure);
    // What the implementation holds is freed in the background; the caller has its error already.
    void this.#batches?.return?.().catch(() => undefined);
    throw failure;
  }

  #end(): void {
    this.#ended = true;
    this.#batch = [];
    this.#next = 0;
  }
}
