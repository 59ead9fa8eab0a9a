import type { LogEntry } from '@cloud/container-core';
import type { LogRecord } from './engine/log-buffer.js';

/** A line as the contract has it; its cursor is its place. */
export function mapLog({ index, stream, writtenAt, message }: LogRecord, merged: boolean): LogEntry {
  return { stream: merged ? 'merged' : stream, timestamp: new Date(writtenAt).toISOString(), message, cursor: String(index) };
}
