import type { CallOptions } from './call-options.js';

/** One line that a container wrote. */
export interface LogEntry {
  /** `merged` where the provider does not keep the two apart. */
  readonly stream: 'stdout' | 'stderr' | 'merged';
  /** ISO 8601, as precise as the provider keeps it (up to nanoseconds, hence text). */
  readonly timestamp?: string;
  /** The line without its line end. Bytes that are not UTF-8 become U+FFFD; `bytes()` has them as they were. */
  readonly message: string;
  /** Where to go on after this line: give it as `after`. */
  readonly cursor?: string;
}

/**
 * The lines of a container, read as they are consumed; leaving the loop closes the connection.
 *
 * Nothing is requested before the first iteration; each iteration reads anew.
 */
export interface LogStream extends AsyncIterable<LogEntry> {
  /** The bytes as the container wrote them, both streams in the order in which the provider has them. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** Which lines to read. */
export interface LogOptions extends CallOptions {
  /** Go on until the container ends; false by default. There is no default deadline then. */
  readonly follow?: boolean | undefined;
  /** Only the last so many of the lines that the other options leave. */
  readonly tail?: number | undefined;
  /** Only lines written at or after this instant. */
  readonly since?: Date | undefined;
  /** Only lines written before this instant. */
  readonly until?: Date | undefined;
  /** Only lines after the one that had this `cursor`. */
  readonly after?: string | undefined;
}
