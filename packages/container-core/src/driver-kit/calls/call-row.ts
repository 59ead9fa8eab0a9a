import type { Duplex } from 'node:stream';
import type { CapabilityGroup } from '../../types/capabilities.js';
import type { ExecProcess } from '../../types/exec.js';
import type { Listing } from '../../types/listing.js';
import type { LogEntry, LogStream } from '../../types/logs.js';
import type { OperationContext } from '../operation-context.js';
import type { Batches, Pace } from '../pace.js';
import type { Refuse } from '../validate/refusal.js';
import type { Check, Checked, ChecksOf, Shape } from '../validate/shape.js';

/**
 * What a call gives: `call` a promise, `list` a listing, `stream` items in batches, `chunks` bytes, `exec` a command, `logs` lines or bytes,
 * `duplex` a connection.
 */
export type CallKind = 'call' | 'list' | 'stream' | 'chunks' | 'exec' | 'logs' | 'duplex';

/** A member of a row that is computed from the checked options; written as a method, so that each row may declare its own options. */
type FromOptions<Result> = { read(options: unknown, refuse: Refuse, driver: unknown): Result }['read'];

/** One call: all that is known about it besides what it does. */
export interface CallRow {
  /** Which drivers have it: all, or those that declare the group. Absent for calls beyond the contract. */
  readonly group?: 'base' | CapabilityGroup;
  readonly kind: CallKind;
  /** How long it may take by default; a function where the options decide. */
  readonly pace: Pace | FromOptions<Pace>;
  /** Its arguments in order: what messages call each one, and its check. */
  readonly arguments: readonly (readonly [name: string, check: Check<unknown>])[];
  /** The check of its last argument, `signal` and `timeoutMs` included. */
  readonly options: Check<unknown>;
  /** Checks across several options, or against what the driver declares, and returns the options as the implementation gets them. */
  readonly prepare?: FromOptions<unknown>;
  /** Whether it may be repeated although an earlier attempt may have been carried out. */
  readonly isRepeatable: boolean | FromOptions<boolean>;
  /** The default deadline is never shorter than this. */
  readonly minTimeoutMs?: FromOptions<number | undefined>;
  /** How to remove what the call makes when that arrives after the call has ended; absent for a call that makes nothing. */
  readonly discard?: {
    /** The call that removes it by its id. */
    readonly call: string;
    /** What it is, such as `container web`; `undefined` when it must stay. */
    what(options: unknown): string | undefined;
  };
}

/** Options that are checked as a whole by the `prepare` of their row. */
export type WholeOptions = Check<object> & { readonly isWhole: true };

type CallOptionName = 'signal' | 'timeoutMs' | 'stallTimeoutMs';

type AnyCall = (...given: never[]) => unknown;

/** The arguments of a public call, apart from its options. */
type ArgumentsOf<Call extends AnyCall> = Required<Parameters<Call>> extends readonly [...infer Given, unknown] ? Given : never;
/** The options of a public call. */
type OptionsOf<Call extends AnyCall> = Required<Parameters<Call>> extends readonly [...unknown[], infer Options] ? Options : never;

type ArgumentChecks<Given extends readonly unknown[]> = {
  readonly [Index in keyof Given]: readonly [name: string, check: Check<unknown>];
};

type KindOf<Result> = Result extends LogStream
  ? 'logs'
  : Result extends Listing<unknown>
    ? 'list'
    : Result extends Promise<ExecProcess>
      ? 'exec'
      : Result extends Promise<Duplex>
        ? 'duplex'
        : Result extends Promise<unknown>
          ? 'call'
          : Result extends AsyncIterable<Uint8Array>
            ? 'chunks'
            : 'stream';

/**
 * The rows that an interface of calls needs: one for each call, of its kind, with a check for each argument and option. A call or an option that is
 * added to the interface and not to its rows does not compile.
 */
export type RowsOf<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends AnyCall
    ? CallRow & {
        readonly kind: KindOf<ReturnType<Calls[Name]>>;
        readonly arguments: ArgumentChecks<ArgumentsOf<Calls[Name]>>;
        readonly options: Shape<ChecksOf<OptionsOf<Calls[Name]>>> | WholeOptions;
      }
    : never;
};

/** Rows, and the interface whose calls they describe. */
export interface CallTable<Rows, Calls> {
  readonly rows: Rows;
  /** Only a type; absent at run time. */
  readonly calls?: Calls;
}

/**
 * Makes the table of an interface of calls; see {@link CallRow}.
 *
 * ```ts
 * const CALLS = defineCalls<{ renameContainer(container: ContainerRef, name: string, options?: CallOptions): Promise<void> }>()({
 *   renameContainer: { kind: 'call', pace: 'deadline', arguments: [['container', idOf], ['name', text]], options: callShape, isRepeatable: false },
 * });
 * ```
 */
export function defineCalls<Calls>(): <const Rows extends RowsOf<Calls>>(rows: Rows) => CallTable<Rows, Calls> {
  return (rows) => ({ rows });
}

type CheckedArguments<Given extends readonly unknown[]> = {
  -readonly [Index in keyof Given]: Given[Index] extends readonly [string, Check<infer Value>] ? Value : never;
};

/** The options as the implementation gets them, if the call has any of its own. */
type OwnOptions<Row> = Row extends { readonly prepare: (...given: never[]) => infer Prepared }
  ? [options: Prepared]
  : Row extends { readonly options: Shape<infer Members> }
    ? Exclude<keyof Members, CallOptionName> extends never
      ? []
      : [options: Omit<Checked<Members>, CallOptionName>]
    : [];

type GivenTo<Row> = Row extends { readonly arguments: infer Given extends readonly unknown[] }
  ? [...CheckedArguments<Given>, ...OwnOptions<Row>, context: OperationContext]
  : never;

type WorkOf<Row, Result> = Row extends { readonly kind: 'logs' }
  ? LogWork<GivenTo<Row>>
  : Row extends { readonly kind: 'list' | 'stream' }
    ? (...given: GivenTo<Row>) => Result extends AsyncIterable<infer Item> ? Batches<Item> : never
    : (...given: GivenTo<Row>) => Result;

/** Both ways to read a log. */
export interface LogWork<Given extends readonly unknown[]> {
  entries(...given: Given): Batches<LogEntry>;
  bytes(...given: Given): AsyncIterable<Uint8Array>;
}

/**
 * The functions behind the calls of a table: each gets its checked arguments in order, then the options if the call has any besides `signal`,
 * `timeoutMs` and `stallTimeoutMs`, then the context.
 */
export type FunctionsOf<Rows, Calls> = {
  readonly [Name in keyof Rows & keyof Calls]: Calls[Name] extends AnyCall ? WorkOf<Rows[Name], ReturnType<Calls[Name]>> : never;
};
