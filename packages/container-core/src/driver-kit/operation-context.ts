/** Something that happened inside a call, for people who look for a fault. No secret is in it. */
export interface DebugEvent {
  readonly provider: string;
  readonly operation: string;
  /** `ignored`: an option that this provider does not read. */
  readonly phase: 'begin' | 'request' | 'retry' | 'ignored' | 'end';
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
  /** The longest time that a transfer may make no progress; absent for other calls. For a client that watches its transfers itself. */
  readonly stallTimeoutMs?: number | undefined;
  /**
   * Does a part of the call that moves many bytes, such as copying an image before a deploy. The default deadline does not count meanwhile (a caller's
   * `timeoutMs` does); without `progress()` for 60 s, or the call's own stall timeout, the call fails with `timeout`.
   */
  transfer<T>(work: () => Promise<T>): Promise<T>;
  /** How much of the deadline is left, in milliseconds; `Infinity` without one. */
  remainingMs(): number;
  /** Says what the call waits for just now, such as `the service web is still draining`: if its deadline comes, the error says so. `undefined` when
   * it has come. */
  waitingFor(what: string | undefined): void;
  /**
   * Removes what the call has made, although the call has failed or was aborted.
   *
   * The work gets a context whose signal fires after 60 s without `progress()`, and after 10 minutes in all; `close()` waits for it. When it throws or exceeds that time, `what` counts as left
   * behind: the call's error lists it, or, after an abort, the error of `run()` or a warning of the process. What it throws is reported to the
   * debug listener and then dropped, so that the caller sees the error that made the clean-up necessary.
   *
   * @param what what to remove, with its id, such as `container 4f5e`
   */
  cleanUp(what: string, work: (context: OperationContext) => Promise<unknown>): Promise<void>;
  /**
   * Reports that a request which must not be made twice may reach the provider from now on; call what it returns when the request certainly
   * never left. See `reportsRequests` of the driver's implementation.
   */
  sending(): () => void;
  /** Takes these values, in every spelling, out of whatever this call throws and tells: credentials that came with it or were fetched for it. */
  hide(...secrets: readonly (string | undefined)[]): void;
  /** Takes the secrets of this call and of its connection out of a text; a text is redacted before it is shortened. */
  redact(text: string): string;
  /** Absent when nobody listens, so that no text is made for nothing: `context.debug?.(…)`. */
  readonly debug?: (phase: 'request' | 'retry' | 'ignored', message: string) => void;
}
