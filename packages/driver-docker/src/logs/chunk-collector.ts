import type { BatchQueue } from './batch-queue.js';

const CHUNK_BYTES = 64 * 1024;

/** Copies small parts together into chunks: a buffer for each log line would cost more than the line. */
export class ChunkCollector {
  readonly #queue: BatchQueue<Buffer>;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #from = 0;
  #to = 0;

  constructor(queue: BatchQueue<Buffer>) {
    this.#queue = queue;
  }

  add(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const until = Math.min(end, at + CHUNK_BYTES - this.#to);
      buffer.copy(this.#chunk, this.#to, at, until);
      this.#to += until - at;
      at = until;
      if (this.#to === CHUNK_BYTES) this.#renew();
    }
  }

  /** Hands on what has been collected; what is free of the chunk is used for the next parts. */
  flush(): void {
    if (this.#to === this.#from) return;
    this.#queue.push(this.#chunk.subarray(this.#from, this.#to), this.#to - this.#from);
    this.#from = this.#to;
  }

  #renew(): void {
    this.flush();
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#from = 0;
    this.#to = 0;
  }
}
