/** Something that happened inside a call, for people who look for a fault. No secret is in it. */
export interface DebugEvent {
  readonly provider: string;
  readonly operation: string;
  readonly phase: 'begin' | 'request' | 'retry' | 'end';
  readonly message?: string;
  readonly durationMs?: number;
  /** The error's code, with `end`. */
  readonly code?: string;
}

/** Receives debug events; what it throws is ignored. */
export type DebugListener = (event: DebugEvent) => void;

/** What a driver's implementation is given with each call. */
export interface OperationContext {
  /** The public name of the call, such as `deployContainer`. */
  readonly operation: string;
  /** Fires at the caller's abort, at the deadline, at a stall, and when the driver is closed. */
  readonly signal: AbortSignal;
  /**
   * Calls a listener when `signal` would fire, at once if it has; returns what takes the listener off again. For calls by the thousand: a
   * listener of a set costs a tenth of a signal's.
   */
  onStop(listener: (reason: unknown) => void): () => void;
  /** Tells that a transfer moves; without it for `stallTimeoutMs` the transfer fails with `timeout`. Cheap: call it for each chunk. */
  progress(): void;
  /** How much of the deadline is left, in milliseconds; `Infinity` without one. */
  remainingMs(): number;
  /** Says what the call waits for just now, such as `the service web is still draining`: if its deadline comes, the error says so. `undefined` when
   * it has come. */
  waitingFor(what: string | undefined): void;
  /**
   * Runs what must be done although the call has failed or was aborted, such as removing a half-made container.
   *
   * It gets a signal of its own that fires after 10 s. What it throws is told to the debug listener and then dropped, so that
   * the error which made it necessary is the one that the caller sees.
   */
  cleanUp(work: (signal: AbortSignal) => Promise<unknown>): Promise<void>;
  /** Takes these values, in every spelling, out of whatever this call throws and tells: credentials that came with it or were fetched for it. */
  hide(...secrets: readonly (string | undefined)[]): void;
  /** Takes the secrets of this call and of its connection out of a text; a text is redacted before it is shortened. */
  redact(text: string): string;
  /** Absent when nobody listens, so that no text is made for nothing: `context.debug?.(…)`. */
  readonly debug?: (phase: 'request' | 'retry', message: string) => void;
}
