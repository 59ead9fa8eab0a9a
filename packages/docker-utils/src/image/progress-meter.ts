import type { ImageProgress } from '@cloud/container-core';

/** Often enough for a progress bar, and too rare to cost anything. */
const INTERVAL_MS = 100;

/** Told how a pull, push or copy gets on: of each blob (`layer` is its digest), and of all (no `layer`). */
export type ProgressListener = (progress: ImageProgress) => void;

/** Counts bytes per blob and in all, and tells at most ten times a second per blob, and when a status changes. */
export class ProgressMeter {
  readonly #listener: ProgressListener | undefined;
  readonly #status: ImageProgress['status'];
  readonly #blobs = new Map<string, { readonly total: number; bytes: number; toldAt: number }>();
  #bytes = 0;
  #total = 0;

  constructor(
    listener: ProgressListener | undefined,
    status: 'downloading' | 'uploading',
    blobs: Iterable<{ digest: string; size: number }>,
  ) {
    this.#listener = listener;
    this.#status = status;
    for (const { digest, size } of blobs) {
      this.#blobs.set(digest, { total: size, bytes: 0, toldAt: 0 });
      this.#total += size;
    }
  }

  /** Sets how many bytes of a blob have been moved; fewer than before when it is done over. */
  moved(digest: string, bytes: number): void {
    const blob = this.#blobs.get(digest);
    if (blob === undefined || this.#listener === undefined) return;
    this.#bytes += bytes - blob.bytes;
    blob.bytes = bytes;
    const now = performance.now();
    if (now - blob.toldAt < INTERVAL_MS) return;
    blob.toldAt = now;
    this.#tell(digest, this.#status);
  }

  /** Adds to what has been moved of a blob. */
  add(digest: string, bytes: number): void {
    const blob = this.#blobs.get(digest);
    if (blob !== undefined) this.moved(digest, blob.bytes + bytes);
  }

  /** A blob is where it should be. */
  finished(digest: string, status: 'exists' | 'done'): void {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) return;
    this.#bytes += blob.total - blob.bytes;
    blob.bytes = blob.total;
    this.#tell(digest, status);
  }

  /** The whole image is where it should be. */
  allDone(): void {
    this.#listener?.({ status: 'done', currentBytes: this.#total, totalBytes: this.#total });
  }

  #tell(digest: string, status: ImageProgress['status']): void {
    const blob = this.#blobs.get(digest);
    if (blob === undefined) return;
    this.#listener?.({ layer: digest, status, currentBytes: blob.bytes, totalBytes: blob.total });
    this.#listener?.({ status: this.#status, currentBytes: this.#bytes, totalBytes: this.#total });
  }
}
