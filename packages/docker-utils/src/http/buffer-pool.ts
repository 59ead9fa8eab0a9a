/** One read brings as much as fits, so a large buffer makes few reads; beyond this nothing was gained. */
const BUFFER_BYTES = 1024 * 1024;
/** What is left of a buffer must be worth a read. */
const LEAST_BYTES = 64 * 1024;

interface PooledBuffer {
  readonly buffer: Buffer;
  used: number;
  /** Chunks of it that are in somebody's hands. */
  lent: number;
}

/**
 * Memory that a socket reads into, lent out chunk by chunk and used again when all chunks of a buffer have come back.
 *
 * Fresh memory for every chunk costs page faults and garbage collection, more than copying the bytes does.
 */
export class BufferPool {
  readonly #free: PooledBuffer[] = [];
  #current: PooledBuffer | undefined;

  /** Where the next bytes go. */
  room(): Buffer {
    const { buffer, used } = this.#buffer();
    return buffer.subarray(used);
  }

  /** Lends out the bytes that were put at the beginning of `room()`, without the first `skip`. */
  lend(bytes: number, skip: number): { readonly chunk: Buffer; readonly giveBack: () => void } {
    const lender = this.#buffer();
    const chunk = lender.buffer.subarray(lender.used + skip, lender.used + bytes);
    lender.used += bytes;
    lender.lent += 1;
    if (lender.buffer.length - lender.used < LEAST_BYTES) this.#current = undefined;
    const giveBack = () => {
      lender.lent -= 1;
      if (lender.lent > 0 || lender === this.#current) return;
      lender.used = 0;
      this.#free.push(lender);
    };
    return { chunk, giveBack };
  }

  #buffer(): PooledBuffer {
    this.#current ??= this.#free.pop() ?? { buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES), used: 0, lent: 0 };
    return this.#current;
  }
}
