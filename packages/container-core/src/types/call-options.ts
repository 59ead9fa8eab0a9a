/** What every call takes as (part of) its last argument. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's own `reason`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Total deadline of the call in milliseconds, connecting and reading the body included.
   *
   * The default is the driver's; waiting, following logs, `exec`, `run` and `events` have none. `Infinity` turns it off. Of a list, or
   * a log that is not followed, the time that the body of the reading loop takes does not count.
   */
  readonly timeoutMs?: number | undefined;
}

/** What calls that move many bytes take: no default deadline, but a limit on standing still. */
export interface TransferOptions extends CallOptions {
  /** How long a transfer may make no progress before it fails with `timeout`, in milliseconds; 60 000 by default. */
  readonly stallTimeoutMs?: number | undefined;
}
