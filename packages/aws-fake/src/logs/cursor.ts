import { invalidParameter } from '../wire/service-error.js';
import type { LogEvent } from './log-store.js';

/** A place between two events of a stream. It stays where it is when events arrive before or behind it. */
export interface Cursor {
  readonly direction: 'f' | 'b';
  readonly timestamp: number;
  readonly id: string;
  /** Set on the token of a page that was empty though there was more. */
  readonly pause: number;
}

const FIRST_ID = '0'.repeat(56);
const LAST_ID = '9'.repeat(56);

export const START: Cursor = { direction: 'f', timestamp: 0, id: FIRST_ID, pause: 0 };
export const END: Cursor = { direction: 'b', timestamp: Number.MAX_SAFE_INTEGER, id: LAST_ID, pause: 0 };

export const writeCursor = (cursor: Cursor) =>
  `${cursor.direction}/${String(cursor.timestamp).padStart(16, '0')}${cursor.id}/${cursor.pause}`;

export function readCursor(token: string): Cursor {
  const match = /^([fb])\/(\d{16})(\d{56})\/(\d+)$/.exec(token);
  if (match === null) throw invalidParameter('The specified nextToken is invalid.');
  return { direction: match[1] === 'f' ? 'f' : 'b', timestamp: Number(match[2]), id: match[3] ?? FIRST_ID, pause: Number(match[4]) };
}

/** Just behind the event, for going on forwards; just before it, for going back. */
export const behind = (event: LogEvent): Cursor => ({ direction: 'f', timestamp: event.timestamp, id: event.id, pause: 0 });
export const before = (event: LogEvent): Cursor => ({ direction: 'b', timestamp: event.timestamp, id: event.id, pause: 0 });

/** Index of the first event behind the cursor (for `f`), or at or behind it (for `b`). */
export function indexOf(events: readonly LogEvent[], cursor: Cursor): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    const isBefore =
      event !== undefined &&
      (event.timestamp < cursor.timestamp ||
        (event.timestamp === cursor.timestamp && (event.id < cursor.id || (event.id === cursor.id && cursor.direction === 'f'))));
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
