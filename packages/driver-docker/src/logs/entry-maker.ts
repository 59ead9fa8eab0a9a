import type { LogEntry } from '@cloud/container-core';
import type { OutputStream } from './frame-demultiplexer.js';
import { type LogCursor, writeCursor } from './log-cursor.js';
import { RESUME_MARGIN_MS } from './log-query.js';
import { parseInstant } from './log-timestamp.js';

/** Makes entries of lines, with cursors; leaves out what came before the cursor to go on from. */
export class EntryMaker {
  readonly #take: (entry: LogEntry) => void;
  /** Until its line has gone by. */
  #cursor: LogCursor | undefined;
  /** Lines seen while the cursor was looked for: theirs, if it turns out to be gone. */
  #held: LogEntry[] = [];
  #lastTimestamp = '';
  #sequence = 0;

  constructor(take: (entry: LogEntry) => void, cursor: LogCursor | undefined) {
    this.#take = take;
    this.#cursor = cursor;
  }

  line(stream: OutputStream | 'merged', text: string, timestampEnd: number): void {
    if (timestampEnd === 0) {
      this.#pass({ stream, message: text });
      return;
    }
    const timestamp = text.slice(0, timestampEnd);
    if (timestamp === this.#lastTimestamp) this.#sequence++;
    else {
      this.#lastTimestamp = timestamp;
      this.#sequence = 0;
    }
    const entry = { stream, timestamp, message: text.slice(timestampEnd + 1), cursor: writeCursor(timestamp, this.#sequence) };
    if (this.#cursor === undefined) this.#take(entry);
    else this.#look(this.#cursor, entry, timestamp);
  }

  finish(): void {
    this.#release();
  }

  #look(cursor: LogCursor, entry: LogEntry, timestamp: string): void {
    if (timestamp === cursor.timestamp && this.#sequence === cursor.sequence) {
      this.#cursor = undefined;
      this.#held = [];
      return;
    }
    const instant = parseInstant(timestamp);
    const after = instant === undefined ? 0 : instant.milliseconds - cursor.instant.milliseconds;
    // Lines are stored in order, so once the cursor's has been rotated away, everything before it has, too.
    if (after >= 0) this.#held.push(entry);
    if (after > RESUME_MARGIN_MS) this.#release();
  }

  #pass(entry: LogEntry): void {
    if (this.#cursor === undefined) this.#take(entry);
    else this.#held.push(entry);
  }

  #release(): void {
    this.#cursor = undefined;
    for (const entry of this.#held) this.#take(entry);
    this.#held = [];
  }
}
