import { MAX_TIMER_MS } from '../driver-kit/time-limits.js';
import { ContainerError } from '../errors/container-error.js';
import type { CallOptions } from '../types/call-options.js';
import type { ContainerDriver } from '../types/driver.js';

/** The caller's abort and the deadline of one helper, as one signal. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;

  /**
   * @param isRetryable whether the work may be repeated after the deadline has passed
   * @param detail what to add to the error, such as what the last attempt found
   */
  constructor(
    driver: ContainerDriver,
    operation: string,
    { signal, timeoutMs }: CallOptions,
    isRetryable: boolean,
    detail: () => string = () => '',
  ) {
    this.signal = signal === undefined ? this.#own.signal : AbortSignal.any([signal, this.#own.signal]);
    const passed = () => {
      const message = `${operation} did not finish within ${timeoutMs} ms${detail()}.`;
      this.end(new ContainerError('timeout', message, { retryable: isRetryable, provider: driver.provider, operation }));
    };
    this.#timer = timeoutMs === undefined || timeoutMs > MAX_TIMER_MS ? undefined : setTimeout(passed, timeoutMs);
  }

  /** Ends the work with a reason. */
  readonly end = (reason: unknown): void => this.#own.abort(reason);

  /** Takes the timer down. */
  release(): void {
    clearTimeout(this.#timer);
  }
}
