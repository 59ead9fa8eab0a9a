import { ContainerError } from '@cloud/container-core';

/**
 * A place between two lines: the time of the line before it, and how many lines of that very millisecond come before.
 *
 * CloudWatch's own tokens expire after a day and stand for pages, not for lines.
 */
export interface LogPosition {
  readonly timestamp: number;
  /** Lines of that millisecond up to and including the one that the cursor came with. */
  readonly count: number;
}

export function writeCursor({ timestamp, count }: LogPosition): string {
  return `${timestamp}.${count}`;
}

export function readCursor(cursor: string): LogPosition {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor);
  if (match === null) {
    throw new ContainerError(
      'invalid-argument',
      `containerLogs: after must be the cursor of a line of ECS, not ${JSON.stringify(cursor)}.`,
    );
  }
  return { timestamp: Number(match[1]), count: Number(match[2]) };
}

/** Counts the lines of each millisecond as they go by, and passes over those before a cursor. */
export class CursorCounter {
  readonly #after: LogPosition | undefined;
  #timestamp = -1;
  #count = 0;

  constructor(after?: LogPosition) {
    this.#after = after;
  }

  /** The position after a line; `undefined` when the line comes before the cursor. */
  next(timestamp: number): LogPosition | undefined {
    this.#count = timestamp === this.#timestamp ? this.#count + 1 : 1;
    this.#timestamp = timestamp;
    const after = this.#after;
    if (after !== undefined && (timestamp < after.timestamp || (timestamp === after.timestamp && this.#count <= after.count)))
      return undefined;
    return { timestamp, count: this.#count };
  }
}
