import type { FileHandle } from 'node:fs/promises';
import type { WriteChunk } from '../http/exchange.js';

/** Fewer, larger writes: 1 MiB at a time was the fastest of what was measured. */
const BATCH_BYTES = 1024 * 1024;

/** Writes chunks to a part of a file, in batches, one behind the other while the next one is collected. */
export class BatchedWriter {
  readonly #file: FileHandle;
  #position: number;
  #chunks: Buffer[] = [];
  #dones: (() => void)[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;

  constructor(file: FileHandle, position: number) {
    this.#file = file;
    this.#position = position;
  }

  readonly write: WriteChunk = (chunk, done) => {
    this.#chunks.push(chunk);
    if (done !== undefined) this.#dones.push(done);
    this.#bytes += chunk.length;
    if (this.#bytes < BATCH_BYTES) return undefined;
    const before = this.#writing;
    this.#begin();
    return before;
  };

  /** Writes what is left and waits for all of it. */
  async flush(): Promise<void> {
    if (this.#bytes > 0) this.#begin();
    await this.#writing;
  }

  #begin(): void {
    const chunks = this.#chunks;
    const dones = this.#dones;
    const position = this.#position;
    this.#chunks = [];
    this.#dones = [];
    this.#position += this.#bytes;
    this.#bytes = 0;
    const writing = (this.#writing ?? Promise.resolve()).then(async () => {
      await this.#writeAll(chunks, position);
      for (const done of dones) done();
    });
    // A failure is seen by the next write or the flush; until then it must not count as unhandled.
    writing.catch(() => undefined);
    this.#writing = writing;
  }

  async #writeAll(chunks: Buffer[], position: number): Promise<void> {
    const { bytesWritten } = await this.#file.writev(chunks, position);
    const wanted = chunks.reduce((sum, { length }) => sum + length, 0);
    if (bytesWritten === wanted) return;
    // A short write (a full disk, mostly): the next one says why.
    const rest = Buffer.concat(chunks).subarray(bytesWritten);
    await this.#writeAll([rest], position + bytesWritten);
  }
}
