import { ContainerError } from '@cloud/container-core';
import { type Instant, parseInstant } from './log-timestamp.js';

/** A place in a container's log: a timestamp, and how many lines with the same one come before. */
export interface LogCursor {
  readonly timestamp: string;
  readonly sequence: number;
  readonly instant: Instant;
}

/** `2026-11-22T21:25:07.123456789Z`, with `#1` for the second line of that instant. */
export function writeCursor(timestamp: string, sequence: number): string {
  return sequence === 0 ? timestamp : `${timestamp}#${sequence}`;
}

export function readCursor(text: string): LogCursor {
  const [, timestamp = '', sequence = '0'] = /^([^#]+)(?:#(\d{1,9}))?$/.exec(text) ?? [];
  const instant = parseInstant(timestamp);
  if (instant === undefined) {
    throw new ContainerError('invalid-argument', 'getContainerLogs: after must be the cursor of a log entry.');
  }
  return { timestamp, sequence: Number(sequence), instant };
}
