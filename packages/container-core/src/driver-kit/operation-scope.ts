import { setMaxListeners } from 'node:events';
import { ContainerError, detailsOf } from '../errors/container-error.js';
import { isError } from '../errors/is-error.js';
import { createRedactor, type Redactor } from '../errors/redact.js';
import type { CallOptions } from '../types/call-options.js';
import type { DebugListener, OperationContext } from './operation-context.js';
import { systemLimitError } from './system-limit.js';

/** What all operations of one driver share. */
export interface ScopeSettings {
  readonly provider: string;
  readonly redact: Redactor;
  readonly mapError: (error: unknown, operation: string) => ContainerError;
  readonly onDebug?: DebugListener | undefined;
  /** The operations under way, so that `close()` can end them. */
  readonly open: Set<OperationScope>;
}

/** How long one operation may take. */
export interface ScopeLimits {
  /** The total deadline when the caller gives none; `undefined` for none. */
  readonly defaultTimeoutMs: number | undefined;
  /** The longest stand-still; `undefined` for no limit. */
  readonly stallTimeoutMs?: number | undefined;
  /** Whether the deadline goes on while the caller has what it was given, and asks for nothing; true by default. */
  readonly countsCaller?: boolean;
}

/** Timers take no more (2^31 - 1 ms, 24.8 days); a longer deadline is no deadline. */
const LONGEST_TIMER_MS = 2_147_483_647;
const CLEAN_UP_TIMEOUT_MS = 10_000;

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
  readonly #callerSignal: AbortSignal | undefined;
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

  constructor(settings: ScopeSettings, operation: string, options: CallOptions, limits: ScopeLimits) {
    this.#settings = settings;
    this.#redact = settings.redact;
    this.#callerSignal = options.signal;
    this.context = this.#makeContext(operation);
    settings.open.add(this);
    if (options.signal !== undefined) {
      // One signal for many calls at once is no leak, of which Node would warn.
      setMaxListeners(0, options.signal);
      options.signal.addEventListener('abort', this.#onCallerAbort, { once: true });
    }
    this.#timeoutMs = options.timeoutMs ?? limits.defaultTimeoutMs ?? Number.POSITIVE_INFINITY;
    this.#countsCaller = limits.countsCaller ?? true;
    if (this.#timeoutMs <= LONGEST_TIMER_MS) this.#watchDeadline(this.#timeoutMs);
    const { stallTimeoutMs } = limits;
    if (stallTimeoutMs !== undefined && stallTimeoutMs <= LONGEST_TIMER_MS) {
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

  /** What the caller is to see for an error: its own reason after an abort, else a `ContainerError` without secrets. */
  translate(error: unknown): unknown {
    const { provider, mapError } = this.#settings;
    const redact = this.#redact;
    const stopped = this.#stopped;
    if (this.#callerSignal?.aborted === true && stopped !== undefined && stopped.reason === this.#callerSignal.reason)
      return stopped.reason;
    // The deadline is what went wrong, not the socket that was closed because of it.
    const cause = stopped === undefined ? error : stopped.reason;
    const known = systemLimitError(cause) ?? (ContainerError.isInstance(cause) ? cause : mapError(cause, this.context.operation));
    const { operation } = this.context;
    const complete = new ContainerError(known.code, known.message, { ...detailsOf(known), provider, operation, redact });
    Object.defineProperty(complete, 'stack', { value: redact(`${known.stack ?? ''}`), configurable: true, writable: true });
    return complete;
  }

  /** Takes down timers and listeners. Every scope comes to this once. */
  finish(error?: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#stall);
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
    this.#settings.open.delete(this);
    this.#tell('end', undefined, error);
  }

  readonly #onCallerAbort = () => this.stop(this.#callerSignal?.reason);

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
      cleanUp: (work) => this.#cleanUp(work),
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

  async #cleanUp(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(this.#timeout('could not clean up in time')), CLEAN_UP_TIMEOUT_MS);
    try {
      await work(controller.signal);
    } catch (error) {
      this.#tell('retry', `cleaning up failed: ${isError(error) ? error.message : String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  #tell(phase: 'begin' | 'request' | 'retry' | 'end', message?: string, error?: unknown): void {
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
