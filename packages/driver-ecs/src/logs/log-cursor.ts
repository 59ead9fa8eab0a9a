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
    throw new ContainerError('invalid-argument', 'getContainerLogs: after must be the cursor of a line of ECS.');
  }
  return { timestamp: Number(match[1]), count: Number(match[2]) };
}

/** Counts the lines of each millisecond as they go by, and passes over those before a cursor. */
export class CursorCounter {
  #after: LogPosition | undefined;
  #timestamp = -1;
  #count = 0;

  constructor(after?: LogPosition) {
    this.#after = after;
  }

  /** Lines will go by again from the millisecond of the last one, which is given; those that have gone by are passed over. */
  rewind(): number | undefined {
    if (this.#timestamp < 0) return undefined;
    const seen = { timestamp: this.#timestamp, count: this.#count };
    if (this.#after === undefined || isUpTo(this.#after, seen)) this.#after = seen;
    this.#timestamp = -1;
    return seen.timestamp;
  }

  /** The position after a line; `undefined` when the line comes before the cursor. */
  next(timestamp: number): LogPosition | undefined {
    this.#count = timestamp === this.#timestamp ? this.#count + 1 : 1;
    this.#timestamp = timestamp;
    const position = { timestamp, count: this.#count };
    return this.#after !== undefined && isUpTo(position, this.#after) ? undefined : position;
  }
}

function isUpTo(position: LogPosition, end: LogPosition): boolean {
  return position.timestamp < end.timestamp || (position.timestamp === end.timestamp && position.count <= end.count);
}
