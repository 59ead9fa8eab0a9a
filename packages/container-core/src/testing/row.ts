import type { RowContext } from './row-context.js';

/** One promise of the contract and how to see whether it is kept. */
export interface Row {
  /** Stable, such as `logs.empty-lines`; exceptions and reports name it. */
  readonly id: string;
  /** The promise, as a sentence without a subject or a full stop. */
  readonly promise: string;
  /** Whether it must not run beside other rows. */
  readonly alone?: boolean;
  run(row: RowContext): Promise<void>;
}

/** Rows about one theme. */
export interface Theme {
  readonly name: string;
  readonly rows: readonly Row[];
}
