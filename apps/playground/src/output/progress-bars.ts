import type { Writable } from 'node:stream';
import type { ImageProgress } from '@cloud/container-core';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { humanSize, shortId } from './human.js';
import { oneLine } from './terminal-text.js';

/** One bar a layer while an image moves; without a stream nothing is drawn. */
export class ProgressBars implements Disposable {
  readonly #bars = new Map<string, SingleBar>();
  readonly #board: MultiBar | undefined;

  constructor(stream: Writable | undefined) {
    if (stream === undefined) return;
    this.#board = new MultiBar(
      {
        stream: stream as NodeJS.WritableStream,
        format: '{layer}  {bar}  {amount}  {status}',
        hideCursor: true,
        clearOnComplete: true,
        // Signals are main's.
        gracefulExit: false,
      },
      Presets.rect,
    );
  }

  /** Shows how far one layer has come. */
  readonly update = ({ layer, status, currentBytes = 0, totalBytes }: ImageProgress): void => {
    if (this.#board === undefined || layer === undefined) return;
    const total = totalBytes ?? Math.max(currentBytes, 1);
    const finished = status === 'done' || status === 'exists';
    const current = finished ? total : Math.min(currentBytes, total);
    const payload = {
      layer: oneLine(shortId(layer)).padEnd(12),
      amount: totalBytes === undefined ? '' : `${humanSize(current)} of ${humanSize(totalBytes)}`.padEnd(20),
      // The type promises a word of ours; what a driver passes on is the registry's.
      status: oneLine(String(status)),
    };
    const bar = this.#bars.get(layer);
    if (bar === undefined) this.#bars.set(layer, this.#board.create(total, current, payload));
    else {
      bar.setTotal(total);
      bar.update(current, payload);
    }
  };

  [Symbol.dispose](): void {
    this.#board?.stop();
  }
}
