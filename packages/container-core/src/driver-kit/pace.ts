/** How long a call may take by default: `deadline` in all, `none` without a limit, `stall` as long as it makes progress. */
export type Pace = 'deadline' | 'none' | 'stall';

/** A stream whose items are passed on in batches, as they arrive. */
export type Batches<T> = AsyncIterable<readonly T[]>;
