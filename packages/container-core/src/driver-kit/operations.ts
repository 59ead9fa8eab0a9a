import { ContainerError } from '../errors/container-error.js';
import { createRedactor, type Redactor } from '../errors/redact.js';
import type { CallOptions } from '../types/call-options.js';
import type { ExecProcess } from '../types/exec.js';
import type { Listing } from '../types/listing.js';
import { CleanUps, type CollectLeftovers } from './clean-ups.js';
import type { Batches, DriverImplementation } from './implementation.js';
import { createListing } from './listing.js';
import type { OperationContext } from './operation-context.js';
import { type Discard, OperationScope, type ScopeLimits, type ScopeSettings } from './operation-scope.js';
import { isRepeatableCall } from './repeatable-calls.js';
import { runCall } from './run-call.js';
import { runExec } from './run-exec.js';
import { streamOfBatches, streamOfChunks } from './run-stream.js';
import { callOptions } from './validate/call-options.js';
import type { Prepare } from './validate/prepare.js';
import { type Refuse, refusal } from './validate/refusal.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_STALL_TIMEOUT_MS = 60_000;

/** How long a kind of operation may take by default: `deadline` in all, `none` for ever, `stall` as long as it moves. */
export type Pace = 'deadline' | 'none' | 'stall';

/** What the calls of one driver or client share. */
export type OperationsSettings = Pick<
  DriverImplementation,
  | 'provider'
  | 'defaultTimeoutMs'
  | 'timeoutsMs'
  | 'secrets'
  | 'redact'
  | 'reportsRequests'
  | 'repeatableCalls'
  | 'onDebug'
  | 'mapError'
  | 'close'
>;

/** What is known of one call beyond its name and options. */
export interface CallTraits<Arguments, T> {
  /** Whether it may be repeated although an earlier attempt may have been carried out; by default decided by its name. */
  readonly isRepeatable?: ((prepared: Arguments) => boolean) | undefined;
  /** How to remove what it makes when that arrives after the call has ended; absent for a call that makes nothing of its own. */
  readonly discard?: ((prepared: Arguments) => Discard<T> | undefined) | undefined;
}

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

  /** A call that gives one result. */
  call<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Promise<T>,
    { isRepeatable, discard }: CallTraits<Arguments, T> = {},
  ): Promise<T> {
    const open = this.#opener(operation, options, pace, prepare, isRepeatable);
    return runCall({
      openScope: open.scope,
      work: (context) => work(open.prepared(), context),
      cleanUps: this.#cleanUps,
      discard: discard === undefined ? undefined : () => discard(open.prepared()),
    });
  }

  /** A call that gives a {@link Listing}. */
  list<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Batches<T>,
  ): Listing<T> {
    const open = this.#opener(operation, options, 'deadline', prepare);
    // Page by page, not item by item: the items of a page are here already.
    const pages = streamOfChunks(open.scope, (context) => work(open.prepared(), context));
    return createListing(() => pages);
  }

  /** A call that gives items as they arrive, handed over in batches. */
  stream<Arguments, T>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Batches<T>,
  ): AsyncIterable<T> {
    const open = this.#opener(operation, options, pace, prepare);
    return streamOfBatches(open.scope, (context) => work(open.prepared(), context));
  }

  /** A call that gives bytes as they arrive. */
  chunks<Arguments>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array> {
    const open = this.#opener(operation, options, pace, prepare);
    return streamOfChunks(open.scope, (context) => work(open.prepared(), context));
  }

  /** A call that starts a command and lasts until the command has ended. */
  exec<Arguments>(
    operation: string,
    options: CallOptions | undefined,
    prepare: Prepare<Arguments>,
    work: (prepared: Arguments, context: OperationContext) => Promise<ExecProcess>,
  ): Promise<ExecProcess> {
    const open = this.#opener(operation, options, 'none', prepare);
    return runExec(open.scope, (context) => work(open.prepared(), context));
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

  /** Opens a scope for each run of an operation, once its arguments have been found right. */
  #opener<Arguments>(
    operation: string,
    options: CallOptions | undefined,
    pace: Pace,
    prepare: Prepare<Arguments>,
    isRepeatable?: (prepared: Arguments) => boolean,
  ) {
    const { provider } = this.#implementation;
    let prepared: { readonly value: Arguments } | undefined;
    const scope = () => {
      const refuse = refusal(provider, operation);
      if (this.#closed !== undefined) {
        throw new ContainerError('invalid-argument', `${operation}: this ${provider} connection is closed; connect a new one.`, {
          provider,
          operation,
        });
      }
      const { checked, value, redact } = readArguments(refuse, () => ({
        checked: callOptions(refuse, options),
        value: prepare(refuse),
        redact: this.#redactorFor(options),
      }));
      prepared = { value };
      checked.signal?.throwIfAborted();
      const settings = { ...this.#scopes, redact };
      const limits = {
        ...this.#limits(operation, pace, checked.stallTimeoutMs),
        isRepeatable: isRepeatable?.(value) ?? this.#isRepeatable(operation),
      };
      return new OperationScope(settings, operation, checked, limits);
    };
    return {
      scope,
      prepared: () => {
        // The scope is opened first, always: it is what hands out the context that the work needs.
        if (prepared === undefined) throw new ContainerError('internal', `${operation} began before its arguments were checked.`);
        return prepared.value;
      },
    };
  }

  /** Also takes out the credentials that a call was given for itself. */
  #redactorFor(options: object | undefined): Redactor {
    const given = credentialsOf(options);
    if (given.length === 0) return this.#scopes.redact;
    const ofCall = createRedactor(given);
    return (text) => this.#scopes.redact(ofCall(text));
  }

  #isRepeatable(operation: string): boolean {
    const { repeatableCalls = [] } = this.#implementation;
    return repeatableCalls === 'all' || repeatableCalls.includes(operation) || isRepeatableCall(operation);
  }

  #limits(operation: string, pace: Pace, stallTimeoutMs: number | undefined): Omit<ScopeLimits, 'isRepeatable'> {
    const { timeoutsMs, defaultTimeoutMs } = this.#implementation;
    // What comes to an end by itself, a list or a log, may be read as slowly as one likes; what is followed for a time ends with that time.
    if (pace === 'deadline') {
      return { defaultTimeoutMs: timeoutsMs?.[operation] ?? defaultTimeoutMs ?? DEFAULT_TIMEOUT_MS, countsCaller: false };
    }
    return { defaultTimeoutMs: undefined, stallTimeoutMs: pace === 'stall' ? (stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS) : undefined };
  }

  /** Takes the connection's secrets out of a text. */
  get redact(): Redactor {
    return this.#scopes.redact;
  }
}

/** Getters, Proxies and values that are too deep throw errors of their own; what they say may hold a secret. */
function readArguments<T>(refuse: Refuse, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (ContainerError.isInstance(error)) throw error;
    return refuse('options', 'plain data: reading them failed');
  }
}

/** All that `credentials` holds, and the pair as basic authentication sends it. */
function credentialsOf(options: object | undefined): string[] {
  const { credentials } = (options ?? {}) as { readonly credentials?: unknown };
  if (typeof credentials !== 'object' || credentials === null) return [];
  const values = Object.values(credentials).filter((value) => typeof value === 'string');
  const { username, password } = credentials as { readonly username?: unknown; readonly password?: unknown };
  return typeof username === 'string' && typeof password === 'string' ? [...values, `${username}:${password}`] : values;
}
