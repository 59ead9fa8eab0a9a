import type { Writable } from 'node:stream';

/** Writes to a stream of the caller, no faster than the stream takes it. The stream stays open. */
export class OutputSink {
  readonly #stream: Writable;
  readonly #onClose: () => void;
  readonly #onError: (error: Error) => void;
  #isFailed = false;

  /** @param fail called once when the stream fails, or closes while it is in use */
  constructor(stream: Writable, fail: (error: unknown) => void, closed: () => Error) {
    this.#stream = stream;
    this.#onError = (error) => {
      if (this.#isFailed) return;
      this.#isFailed = true;
      fail(error);
    };
    this.#onClose = () => this.#onError(closed());
    stream.on('error', this.#onError).on('close', this.#onClose);
  }

  /** Resolves when the stream has taken the chunk. */
  write(chunk: Uint8Array | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => {
        if (error === undefined || error === null) return resolve();
        this.#onError(error);
        reject(error);
      });
    });
  }

  /** A stream that has failed keeps its listener: it may still emit the error. */
  release(): void {
    this.#stream.off('close', this.#onClose);
    if (!this.#isFailed) this.#stream.off('error', this.#onError);
  }
}
