import { setMaxListeners } from 'node:events';
import { ContainerError, detailsOf } from '../errors/container-error.js';
import type { ErrorCode } from '../errors/error-code.js';
import { isError } from '../errors/is-error.js';
import { createRedactor, type Redactor } from '../errors/redact.js';
import type { CallOptions } from '../types/call-options.js';
import { leftBehind } from './left-behind.js';
import type { DebugEvent, DebugListener, OperationContext } from './operation-context.js';
import { systemLimitError } from './system-limit.js';

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
  /** The longest stand-still; `undefined` for no limit. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether the deadline goes on while the caller has what it was given, and asks for nothing; true by default. */
  readonly countsCaller?: boolean;
  /** Whether the call may be repeated although an earlier attempt may have been carried out. */
  readonly isRepeatable: boolean;
}

/** Timers take no more (2^31 - 1 ms, 24.8 days); a longer deadline is no deadline. */
const MAX_TIMER_MS = 2_147_483_647;
/** How long a clean-up may make no progress, and how long it may take in all: an engine that removes hundreds of containers takes its time. */
const CLEAN_UP_TIMEOUT_MS = 60_000;
const MAX_CLEAN_UP_MS = 600_000;
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
  /** Made when somebody asks for the signal: it would be a tenth of the cost of a small call. */
  #controller: AbortController | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  readonly callerSignal: AbortSignal | undefined;
  readonly #stopListeners = new Set<(reason: unknown) => void>();
  readonly #waiting = new Set<(reason: unknown) => void>();
  readonly #beganAt = performance.now();
  readonly #timeoutMs: number;
  readonly #countsCaller: boolean;
  #deadline: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;
  /** Since when it has been the caller's turn. */
  #callersTurnSince: number | undefined;
  #callersMs = 0;
  #finished = false;
  #redact: Redactor;
  #waitsFor: string | undefined;
  readonly #isRepeatable: boolean;
  /** Requests that must not be made twice and may have reached the provider. */
  #sent = 0;
  /** The work of a call, until it has settled. */
  #work: Promise<unknown> | undefined;
  readonly #cleaning = new Set<Promise<void>>();
  /** Of the clean-ups under way: progress of one counts for all, because one may wait for another. */
  readonly #cleanUpStalls = new Set<NodeJS.Timeout>();
  readonly #left = new Set<string>();
  /** What the caller's error lists of that. */
  readonly #reported = new Set<string>();

  constructor(settings: ScopeSettings, operation: string, options: CallOptions, limits: ScopeLimits) {
    this.#settings = settings;
    this.#redact = settings.redact;
    this.callerSignal = options.signal;
    this.context = this.#makeContext(operation);
    settings.open.add(this);
    if (options.signal !== undefined) {
      // One signal for many calls at once is no leak, of which Node would warn.
      setMaxListeners(0, options.signal);
      options.signal.addEventListener('abort', this.#onCallerAbort, { once: true });
    }
    this.#timeoutMs = options.timeoutMs ?? limits.defaultTimeoutMs ?? Number.POSITIVE_INFINITY;
    this.#countsCaller = limits.countsCaller ?? true;
    this.#isRepeatable = limits.isRepeatable;
    if (this.#timeoutMs <= MAX_TIMER_MS) this.#watchDeadline(this.#timeoutMs);
    const { stallTimeoutMs } = limits;
    if (stallTimeoutMs !== undefined && stallTimeoutMs <= MAX_TIMER_MS) {
      this.#stall = setTimeout(() => this.#onStall(stallTimeoutMs), stallTimeoutMs);
    }
    this.#tell('begin');
  }

  /** The caller has something to do; what the operation waits for now is the caller, who may never come back. */
  handOver(): void {
    this.#callersTurnSince ??= performance.now();
    this.#stall?.unref();
    if (!this.#countsCaller) this.#deadline?.unref();
  }

  /** The caller wants more. */
  takeOver(): void {
    if (this.#callersTurnSince === undefined) return;
    this.#callersMs += performance.now() - this.#callersTurnSince;
    this.#callersTurnSince = undefined;
    this.#stall?.ref().refresh();
    this.#deadline?.ref();
  }

  #remainingMs(): number {
    const now = performance.now();
    const callers = this.#callersMs + (this.#callersTurnSince === undefined ? 0 : now - this.#callersTurnSince);
    return this.#timeoutMs - (now - this.#beganAt - (this.#countsCaller ? 0 : callers));
  }

  #watchDeadline(afterMs: number): void {
    this.#deadline = setTimeout(() => {
      // Timers may fire a fraction of a millisecond early.
      const remaining = Math.ceil(this.#remainingMs());
      if (remaining <= 1) this.stop(this.#timeout(`did not finish within ${this.#timeoutMs} ms`));
      else this.#watchDeadline(remaining);
    }, afterMs);
    if (this.#callersTurnSince !== undefined) this.#deadline.unref();
  }

  #onStall(stallTimeoutMs: number): void {
    if (this.#callersTurnSince === undefined) this.stop(this.#timeout(`made no progress for ${stallTimeoutMs} ms`));
    else this.#stall?.refresh();
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
    while (this.#cleaning.size > 0) await Promise.all(this.#cleaning);
    return [...this.#left];
  }

  /** Whether the error that the caller got lists this as left behind. */
  hasReported(what: string): boolean {
    return this.#reported.has(what);
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
    const isIndeterminate = known.retryable && INDETERMINATE.has(known.code) && this.#mayHaveBeenCarriedOut();
    const message = [
      known.message,
      ...(isIndeterminate && this.#sent > 0 ? [INDETERMINATE_HINT] : []),
      ...(this.#left.size > 0 ? [leftBehind(operation, [...this.#left])] : []),
    ].join(' ');
    for (const what of this.#left) this.#reported.add(what);
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
    clearTimeout(this.#deadline);
    clearTimeout(this.#stall);
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

  #makeContext(operation: string): OperationContext {
    const { onDebug } = this.#settings;
    const signal = () => this.#signal();
    return {
      operation,
      get signal() {
        return signal();
      },
      onStop: (listener) => this.#onStop(listener),
      progress: () => this.#stall?.refresh(),
      remainingMs: () => this.#remainingMs(),
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
    const cleaning = this.#bounded(what, work);
    this.#cleaning.add(cleaning);
    return cleaning.finally(() => this.#cleaning.delete(cleaning));
  }

  /** Never rejects; what it fails to remove in time is left behind. */
  async #bounded(what: string, work: (context: OperationContext) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    const giveUp = () => controller.abort(this.#timeout('could not clean up in time'));
    const stall = setTimeout(giveUp, CLEAN_UP_TIMEOUT_MS);
    this.#cleanUpStalls.add(stall);
    const deadline = setTimeout(giveUp, MAX_CLEAN_UP_MS);
    try {
      await Promise.race([work(this.#cleanUpContext(signal, () => this.#refreshCleanUps())), ended]);
    } catch (error) {
      this.#left.add(what);
      this.#tell('retry', `could not remove ${what}: ${isError(error) ? error.message : String(error)}`);
    } finally {
      this.#cleanUpStalls.delete(stall);
      clearTimeout(stall);
      clearTimeout(deadline);
    }
  }

  #refreshCleanUps(): void {
    for (const stall of this.#cleanUpStalls) stall.refresh();
  }

  /** The call itself has ended, so its signal, deadline and stop listeners are of no use to a clean-up. */
  #cleanUpContext(signal: AbortSignal, progress: () => void): OperationContext {
    const onStop = (listener: (reason: unknown) => void) => {
      const onAbort = () => listener(signal.reason);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
      return () => signal.removeEventListener('abort', onAbort);
    };
    const endsAt = performance.now() + MAX_CLEAN_UP_MS;
    return { ...this.context, signal, onStop, progress, remainingMs: () => endsAt - performance.now() };
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
        ...(phase === 'end' ? { durationMs: performance.now() - this.#beganAt } : {}),
        ...(ContainerError.isInstance(error) ? { code: error.code } : {}),
      });
    } catch {
      // A listener that throws must not change what the call does.
    }
  }
}
