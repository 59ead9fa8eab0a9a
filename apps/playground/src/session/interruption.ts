/** The signals that end the work, with their numbers: a process ends with 128 + the number, as shells count. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 } as const;

type EndingSignal = keyof typeof SIGNALS;

const SIGNAL_NAMES = Object.keys(SIGNALS) as readonly EndingSignal[];

/** Why the work ends early: a signal, or the reader of the output has closed it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(why: EndingSignal | 'closed output') {
    super(`interrupted by ${why}`);
    // A reader that closed the output counts as Ctrl-C.
    this.exitCode = 128 + SIGNALS[why === 'closed output' ? 'SIGINT' : why];
  }
}

/** What was to be written could not be: a full disk, say. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';

  constructor(cause: NodeJS.ErrnoException) {
    super(`The output could not be written: ${cause.message}.`, { cause });
  }
}

/** What writing to a closed pipe and to a closed terminal fails with. */
const CLOSED = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * Turns the first Ctrl-C, SIGTERM, closed terminal (SIGHUP) or closed output into an abort, so that what a command created is removed
 * before the process ends.
 *
 * A second Ctrl-C ends the process at once. Other signals do not: a terminal that closes sends SIGHUP twice (kernel and shell), and
 * service managers send SIGHUP after SIGTERM. SIGBREAK is Ctrl-Break on Windows, where SIGHUP is the closed console window.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listeners = SIGNAL_NAMES.map((name) => [name, () => this.#onSignal(name)] as const);
  #takeInterrupt: (() => void) | undefined;

  constructor() {
    for (const [name, listener] of this.#listeners) process.on(name, listener);
    // These stay: the last of the output may fail after the command has ended.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => this.#onOutputError(error));
    // Reading from a terminal that was closed fails.
    process.stdin.on('error', () => this.#controller.abort(new Interrupted('SIGHUP')));
  }

  /** Aborted with {@link Interrupted} or {@link OutputFailed}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Passes Ctrl-C to a function instead, until disposed: the `shell` ends a command with it, not the process. */
  takeInterrupts(onInterrupt: () => void): Disposable {
    this.#takeInterrupt = onInterrupt;
    return {
      [Symbol.dispose]: () => {
        this.#takeInterrupt = undefined;
      },
    };
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #onSignal(name: EndingSignal): void {
    if (name === 'SIGINT' && this.#takeInterrupt !== undefined && !this.signal.aborted) {
      this.#takeInterrupt();
      return;
    }
    const reason = new Interrupted(name);
    if (this.signal.aborted && (name === 'SIGINT' || name === 'SIGBREAK')) process.exit(reason.exitCode);
    this.#controller.abort(reason);
  }

  #onOutputError(error: NodeJS.ErrnoException): void {
    this.#controller.abort(CLOSED.has(error.code ?? '') ? new Interrupted('closed output') : new OutputFailed(error));
  }
}
