import { setMaxListeners } from 'node:events';
import { ContainerError, detailsOf } from '../errors/container-error.js';
import type { ErrorCode } from '../errors/error-code.js';
import { createRedactor, type Redactor } from '../errors/redact.js';
import type { CallOptions } from '../types/call-options.js';
import { CallCleanUps } from './call-clean-ups.js';
import { leftBehind } from './left-behind.js';
import type { DebugEvent, DebugListener, OperationContext } from './operation-context.js';
import { systemLimitError } from './system-limit.js';
import { TimeLimits } from './time-limits.js';

/** What all operations of one driver share. */
export interface ScopeSettings {
  readonly provider: string;
  readonly redact: Redactor;
  readonly mapError: (error: unknown, operation: string) => ContainerError;
  readonly onDebug?: DebugListener | undefined;
  /** The operations under way, so that `close()` can end them. */
  readonly open: Set<OperationScope>;
  /** Whether the driver reports the requests that must not be made twice. */
  readonly reportsRequests: boolean;
}

/** What is removed when a call is carried out after its caller was told that it has ended. */
export interface Discard<T> {
  /** What the call makes, as in `cleanUp`. */
  readonly what: string;
  remove(value: T, context: OperationContext): Promise<unknown>;
}

/** How long one operation may take. */
export interface ScopeLimits {
  /** The total deadline when the caller gives none; `undefined` for none. */
  readonly defaultTimeoutMs: number | undefined;
  /** The longest time without progress; `undefined` for no limit. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether the deadline continues while the caller handles what it was given; true by default. */
  readonly countsCaller?: boolean;
  /** Whether the call may be repeated although an earlier attempt may have been carried out. */
  readonly isRepeatable: boolean;
}

/** How long a call that was ended early may continue before its caller is told. */
const SETTLE_GRACE_MS = 2000;

/** Failures after which a request that was sent may have been carried out. */
const INDETERMINATE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['timeout', 'unavailable', 'connection-lost']);
const INDETERMINATE_HINT = 'It may have been carried out: check before you repeat it.';

/**
 * One call from its beginning to its end: its deadline, its abort, its error translation and its debug events.
 *
 * Everything asynchronous that the call does goes through `race`, so that neither a dead socket nor an implementation that
 * does not listen to its signal can hold the caller.
 */
export class OperationScope {
  readonly context: OperationContext;
  readonly #settings: ScopeSettings;
  /** Made when the signal is first read: it would be a tenth of the cost of a small call. */
  #controller: AbortController | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  readonly callerSignal: AbortSignal | undefined;
  readonly #stopListeners = new Set<(reason: unknown) => void>();
  readonly #waiting = new Set<(reason: unknown) => void>();
  readonly #limits: TimeLimits;
  #finished = false;
  #redact: Redactor;
  #waitsFor: string | undefined;
  readonly #isRepeatable: boolean;
  /** Requests that must not be made twice and may have reached the provider. */
  #sent = 0;
  /** The work of a call, until it has settled. */
  #work: Promise<unknown> | undefined;
  /** Made when something is cleaned up, as few calls do. */
  #cleanUps: CallCleanUps | undefined;

  constructor(settings: ScopeSettings, operation: string, options: CallOptions, limits: ScopeLimits) {
    this.#settings = settings;
    this.#redact = settings.redact;
    this.callerSignal = options.signal;
    this.context = this.#makeContext(operation, limits.stallTimeoutMs);
    settings.open.add(this);
    if (options.signal !== undefined) {
      // One signal for many calls at once is no leak, of which Node would warn.
      setMaxListeners(0, options.signal);
      options.signal.addEventListener('abort', this.#onCallerAbort, { once: true });
    }
    const { defaultTimeoutMs = Number.POSITIVE_INFINITY, stallTimeoutMs, countsCaller = true, isRepeatable } = limits;
    this.#isRepeatable = isRepeatable;
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const countsTransfers = options.timeoutMs !== undefined;
    this.#limits = new TimeLimits({ timeoutMs, stallTimeoutMs, countsCaller, countsTransfers }, (what) => this.stop(this.#timeout(what)));
    this.#tell('begin');
  }

  /** The caller has something to handle: the operation waits for the caller now. */
  handOver(): void {
    this.#limits.handOver();
  }

  /** The caller requests more. */
  takeOver(): void {
    this.#limits.takeOver();
  }

  /** Takes the deadline off an operation that has connected and lasts as long as its connection. */
  endDeadline(): void {
    this.#limits.clear();
  }

  /** Ends the operation early: its signal fires and whatever it waits for rejects with the reason. */
  stop(reason: unknown): void {
    if (this.#finished || this.#stopped !== undefined) return;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
    for (const listener of [...this.#stopListeners]) listener(reason);
    for (const reject of [...this.#waiting]) reject(reason);
  }

  /**
   * Waits for a piece of work, but not beyond the end of the operation.
   *
   * @param graceMs how long the work may go on after the end, to clean up and to report its own outcome
   */
  race<T>(work: Promise<T>, graceMs = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined;
      const onStop = (reason: unknown) => {
        if (graceMs === 0) reject(reason);
        else grace ??= setTimeout(() => reject(reason), graceMs);
      };
      const settled = () => {
        clearTimeout(grace);
        this.#waiting.delete(onStop);
      };
      this.#waiting.add(onStop);
      work.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
      if (this.#stopped !== undefined) onStop(this.#stopped.reason);
    });
  }

  /**
   * Waits for the work of a call, but not beyond the end of the operation, with some time to clean up and to report its own outcome.
   *
   * @param discard removes a result that arrives after that
   */
  async raceCall<T>(work: Promise<T>, discard?: Discard<T>): Promise<T> {
    let isLate = false;
    const settled = work.then(
      async (value) => {
        if (isLate && discard !== undefined) await this.#cleanUp(discard.what, (context) => discard.remove(value, context));
      },
      () => undefined,
    );
    this.#work = settled;
    void settled.finally(() => {
      this.#work = undefined;
    });
    try {
      return await this.race(work, SETTLE_GRACE_MS);
    } catch (error) {
      isLate = true;
      // What it makes may still arrive.
      if (discard !== undefined && this.#work !== undefined) void this.#cleanUp(discard.what, () => settled);
      throw error;
    }
  }

  /**
   * Resolves when the work of a call has settled, its clean-ups included, with what they could not remove. Work that ignores its signal and cleans
   * nothing up is not waited for.
   */
  async settle(): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timer = setTimeout(resolve, SETTLE_GRACE_MS);
    });
    await Promise.race([this.#work, grace]);
    clearTimeout(timer);
    await this.#cleanUps?.settle();
    return this.#cleanUps?.left ?? [];
  }

  /** Whether the error that the caller got lists this as left behind. */
  hasReported(what: string): boolean {
    return this.#cleanUps?.hasReported(what) === true;
  }

  /** Whether a caller's abort ended the call. */
  get isAborted(): boolean {
    return this.callerSignal?.aborted === true && this.#stopped !== undefined && this.#stopped.reason === this.callerSignal.reason;
  }

  /** What the caller is to see for an error: its own reason after an abort, else a `ContainerError` without secrets. */
  translate(error: unknown): unknown {
    const { provider, mapError } = this.#settings;
    const redact = this.#redact;
    const stopped = this.#stopped;
    if (stopped !== undefined && this.isAborted) return stopped.reason;
    // The deadline is what went wrong, not the socket that was closed because of it.
    const cause = stopped === undefined ? error : stopped.reason;
    const known = systemLimitError(cause) ?? (ContainerError.isInstance(cause) ? cause : mapError(cause, this.context.operation));
    const { operation } = this.context;
    const left = this.#cleanUps?.left ?? [];
    const isIndeterminate = known.retryable && INDETERMINATE.has(known.code) && this.#mayHaveBeenCarriedOut();
    const message = [
      known.message,
      ...(isIndeterminate && this.#sent > 0 ? [INDETERMINATE_HINT] : []),
      ...(left.length > 0 ? [leftBehind(operation, left)] : []),
    ].join(' ');
    this.#cleanUps?.report();
    const retryable = known.retryable && !isIndeterminate;
    const complete = new ContainerError(known.code, message, { ...detailsOf(known), retryable, provider, operation, redact });
    Object.defineProperty(complete, 'stack', { value: redact(`${known.stack ?? ''}`), configurable: true, writable: true });
    return complete;
  }

  #mayHaveBeenCarriedOut(): boolean {
    return !this.#isRepeatable && (this.#sent > 0 || !this.#settings.reportsRequests);
  }

  /** Takes down timers and listeners. Every scope comes to this once. */
  finish(error?: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#limits.clear();
    this.callerSignal?.removeEventListener('abort', this.#onCallerAbort);
    this.#settings.open.delete(this);
    this.#tell('end', undefined, error);
  }

  readonly #onCallerAbort = () => this.stop(this.callerSignal?.reason);

  #timeout(what: string): ContainerError {
    const { operation } = this.context;
    const { provider } = this.#settings;
    const why = this.#waitsFor === undefined ? '' : ` (${this.#waitsFor})`;
    return new ContainerError('timeout', `${operation} ${what}${why}.`, { provider, operation });
  }

  #makeContext(operation: string, stallTimeoutMs: number | undefined): OperationContext {
    const { onDebug } = this.#settings;
    const signal = () => this.#signal();
    return {
      operation,
      get signal() {
        return signal();
      },
      onStop: (listener) => this.#onStop(listener),
      ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
      progress: () => this.#limits.progress(),
      transfer: (work) => this.#limits.transfer(work),
      remainingMs: () => this.#limits.remainingMs,
      waitingFor: (what) => {
        this.#waitsFor = what;
      },
      cleanUp: (what, work) => this.#cleanUp(what, work),
      sending: () => this.#sending(),
      hide: (...secrets) => this.#hide(secrets),
      redact: (text) => this.#redact(text),
      ...(onDebug === undefined ? {} : { debug: (phase, message) => this.#tell(phase, message) }),
    };
  }

  #hide(secrets: readonly (string | undefined)[]): void {
    if (secrets.every((secret) => secret === undefined)) return;
    const [before, more] = [this.#redact, createRedactor(secrets)];
    this.#redact = (text) => more(before(text));
  }

  #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#stopped !== undefined) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  #onStop(listener: (reason: unknown) => void): () => void {
    if (this.#stopped !== undefined) listener(this.#stopped.reason);
    else this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  #sending(): () => void {
    this.#sent += 1;
    let isSent = true;
    return () => {
      if (isSent) this.#sent -= 1;
      isSent = false;
    };
  }

  #cleanUp(what: string, work: (context: OperationContext) => Promise<unknown>): Promise<void> {
    this.#cleanUps ??= new CallCleanUps(
      this.context,
      (problem) => this.#timeout(problem),
      (message) => this.#tell('retry', message),
    );
    return this.#cleanUps.run(what, work);
  }

  #tell(phase: DebugEvent['phase'], message?: string, error?: unknown): void {
    const { onDebug, provider } = this.#settings;
    if (onDebug === undefined) return;
    try {
      onDebug({
        provider,
        operation: this.context.operation,
        phase,
        ...(message === undefined ? {} : { message: this.#redact(message) }),
        ...(phase === 'end' ? { durationMs: this.#limits.elapsedMs } : {}),
        ...(ContainerError.isInstance(error) ? { code: error.code } : {}),
      });
    } catch {
      // A listener that throws must not change what the call does.
    }
  }
}
