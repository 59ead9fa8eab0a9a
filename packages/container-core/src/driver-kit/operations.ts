import { ContainerError } from '../errors/container-error.js';
import { createRedactor, type Redactor } from '../errors/redact.js';
import type { CallOptions } from '../types/call-options.js';
import type { ExecProcess } from '../types/exec.js';
import type { Listing } from '../types/listing.js';
import type { CallRow, CallTable, FunctionsOf } from './calls/call-row.js';
import { type ReadCall, rowReader } from './calls/read-call.js';
import { type Functions, listPages, type OpenCall, runRow } from './calls/run-row.js';
import { CleanUps, type CollectLeftovers } from './clean-ups.js';
import type { DriverImplementation } from './implementation.js';
import type { OperationContext } from './operation-context.js';
import { OperationScope, type ScopeLimits, type ScopeSettings } from './operation-scope.js';
import type { Batches, Pace } from './pace.js';
import { runCall } from './run-call.js';
import { runExec } from './run-exec.js';
import { streamOfBatches, streamOfChunks } from './run-stream.js';
import { secretsOf } from './secrets-of.js';
import { DEFAULT_STALL_TIMEOUT_MS } from './time-limits.js';
import { unsupported } from './unsupported.js';
import { callOptions } from './validate/call-options.js';
import type { Prepare } from './validate/prepare.js';
import { type Refuse, refusal } from './validate/refusal.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** What the calls of one driver or client share. */
export type OperationsSettings = Pick<
  DriverImplementation,
  'provider' | 'defaultTimeoutMs' | 'timeoutsMs' | 'secrets' | 'redact' | 'reportsRequests' | 'onDebug' | 'mapError' | 'close'
> & {
  /** `'all'`: calls that are made without a row may be repeated although an earlier attempt may have been carried out. By default none may. */
  readonly repeatableCalls?: 'all' | undefined;
};

/**
 * Runs a driver's calls: each is refused after `close()`, has its arguments checked before anything else, ends at its
 * deadline or abort, and throws nothing but a redacted `ContainerError` or the abort's reason.
 *
 * Drivers use it for members of their own, beyond the contract, and clients that are no drivers for all of theirs.
 */
export class Operations {
  readonly #implementation: OperationsSettings;
  readonly #scopes: ScopeSettings;
  readonly #cleanUps = new CleanUps();
  readonly #closeListeners: (() => void)[] = [];
  #closed: Promise<void> | undefined;

  constructor(implementation: OperationsSettings) {
    this.#implementation = implementation;
    const { redact = (text) => text } = implementation;
    const ofConnection = createRedactor(implementation.secrets);
    this.#scopes = {
      provider: implementation.provider,
      redact: (text) => redact(ofConnection(text)),
      mapError: (error, operation) => implementation.mapError(error, operation),
      onDebug: implementation.onDebug,
      open: new Set(),
      reportsRequests: implementation.reportsRequests === true,
    };
  }

  /**
   * Makes the calls of a table around the functions that carry them out. A row without a function throws `unsupported` when it is called.
   *
   * ```ts
   * return operations.calls(DOCKER_CALLS, { renameContainer: (id, name, context) => rename(client, id, name, context) });
   * ```
   *
   * @param driver what the rows check options against
   */
  calls<Rows extends Readonly<Record<string, CallRow>>, Calls>(
    { rows }: CallTable<Rows, Calls>,
    functions: FunctionsOf<Rows, Calls>,
    driver?: DriverImplementation,
  ): Calls {
    const works = functions as Functions;
    const calls = Object.entries(rows).map(([operation, row]) => {
      const read = rowReader(row, driver);
      const call = (...given: readonly unknown[]) => {
        const open = this.#open(operation, (refuse) => {
          if (works[operation] === undefined) throw unsupported(this.#implementation.provider, operation);
          return read(given, refuse);
        });
        return runRow(operation, row, open, works, this.#cleanUps);
      };
      return [operation, call];
    });
    return Object.fromEntries(calls) as Calls;
  }

  /** A call that gives one result. */
  call<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const open = this.#open(operation, this.#reader(options, pace, prepare));
    return runCall({ openScope: open.openScope, work: (context) => work(open.prepared(), context), cleanUps: this.#cleanUps });
  }

  /** A call that gives a {@link Listing}. */
  list<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Batches<T>,
  ): Listing<T> {
    const open = this.#open(operation, this.#reader(options, 'deadline', prepare));
    return listPages(open.openScope, (context) => work(open.prepared(), context));
  }

  /** A call that gives items as they arrive, passed on in batches. */
  stream<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Batches<T>,
  ): AsyncIterable<T> {
    const open = this.#open(operation, this.#reader(options, pace, prepare));
    return streamOfBatches(open.openScope, (context) => work(open.prepared(), context));
  }

  /** A call that gives bytes as they arrive. */
  chunks<Arguments>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array> {
    const open = this.#open(operation, this.#reader(options, pace, prepare));
    return streamOfChunks(open.openScope, (context) => work(open.prepared(), context));
  }

  /** A call that starts a command and lasts until the command has ended. */
  exec<Arguments>(
    operation: string,
    options: CallOptions | undefined,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Promise<ExecProcess>,
  ): Promise<ExecProcess> {
    const open = this.#open(operation, this.#reader(options, 'none', prepare));
    return runExec(open.openScope, (context) => work(open.prepared(), context));
  }

  /** Collects what the calls that get this signal leave behind. */
  collectLeftovers(signal: AbortSignal): CollectLeftovers {
    return this.#cleanUps.collect(signal);
  }

  /** Ends what is under way, waits for clean-ups, then ends what the driver opened. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Has a listener called when everything is closed. */
  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  /** Takes the connection's secrets out of a text. */
  get redact(): Redactor {
    return this.#scopes.redact;
  }

  async #close(): Promise<void> {
    const { provider } = this.#implementation;
    const underWay = [...this.#scopes.open];
    for (const scope of underWay) {
      const { operation } = scope.context;
      scope.stop(
        new ContainerError('connection-lost', `${operation} was ended: the connection was closed.`, {
          retryable: false,
          provider,
          operation,
        }),
      );
    }
    try {
      await Promise.all(underWay.map((scope) => scope.settle()));
      await this.#cleanUps.settle();
      await this.#implementation.close?.();
    } finally {
      for (const listener of this.#closeListeners.splice(0)) listener();
    }
  }

  #reader<Arguments>(options: CallOptions | undefined, pace: Pace, prepare: Prepare<Arguments>): (refuse: Refuse) => ReadCall<Arguments> {
    const isRepeatable = this.#implementation.repeatableCalls === 'all';
    return (refuse) => ({ limits: callOptions(refuse, options), value: prepare(refuse), options, pace, isRepeatable });
  }

  /** Opens a scope for each run of an operation, once its arguments have been checked. */
  #open<Arguments>(operation: string, read: (refuse: Refuse) => ReadCall<Arguments>): OpenCall<Arguments> {
    const { provider } = this.#implementation;
    let prepared: { readonly value: Arguments } | undefined;
    const openScope = () => {
      if (this.#closed !== undefined) {
        throw new ContainerError('invalid-argument', `${operation}: this ${provider} connection is closed; connect a new one.`, {
          provider,
          operation,
        });
      }
      const refuse = refusal(provider, operation);
      const { call, redact } = checking(refuse, () => {
        const call = read(refuse);
        return { call, redact: this.#hiding(secretsOf(call.options)) };
      });
      prepared = call;
      call.limits.signal?.throwIfAborted();
      return new OperationScope({ ...this.#scopes, redact }, operation, call.limits, this.#limits(operation, call));
    };
    return {
      openScope,
      prepared: () => {
        if (prepared === undefined) throw new ContainerError('internal', `${operation} began before its arguments were checked.`);
        return prepared.value;
      },
    };
  }

  /** Also takes out the secrets that a call was given. */
  #hiding(secrets: readonly string[]): Redactor {
    if (secrets.length === 0) return this.#scopes.redact;
    const ofCall = createRedactor(secrets);
    return (text) => this.#scopes.redact(ofCall(text));
  }

  #limits(operation: string, { pace, isRepeatable, minTimeoutMs = 0, limits }: ReadCall<unknown>): ScopeLimits {
    // What comes to an end by itself, a list or a log, may be read slowly; what is followed for a time ends with that time.
    if (pace === 'deadline') {
      const { timeoutsMs, defaultTimeoutMs = DEFAULT_TIMEOUT_MS } = this.#implementation;
      return { isRepeatable, defaultTimeoutMs: Math.max(minTimeoutMs, timeoutsMs?.[operation] ?? defaultTimeoutMs), countsCaller: false };
    }
    const stallTimeoutMs = pace === 'stall' ? (limits.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS) : undefined;
    return { isRepeatable, defaultTimeoutMs: undefined, stallTimeoutMs };
  }
}

/** Getters, Proxies and values that are too deep throw errors of their own; what they say may hold a secret. */
function checking<T>(refuse: Refuse, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (ContainerError.isInstance(error)) throw error;
    return refuse('options', 'plain data: reading them failed');
  }
}
