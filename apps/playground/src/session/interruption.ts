/** Why the work is to end: the user, or whoever started us, said so. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(why: 'SIGINT' | 'SIGTERM' | 'closed output') {
    super(`interrupted by ${why}`);
    // 128 + the number of the signal, as shells count; a reader that went away counts as an interruption.
    this.exitCode = why === 'SIGTERM' ? 143 : 130;
  }
}

/** What was to be written could not be: a full disk, say. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed';

  constructor(cause: NodeJS.ErrnoException) {
    super(`The output could not be written: ${cause.message}.`, { cause });
  }
}

/**
 * Turns the first Ctrl-C, SIGTERM or closed stdout into an abort, so that what was made is removed before the process ends.
 * The second Ctrl-C ends the process at once.
 */
export function watchForInterruption(abort: (reason: Interrupted | OutputFailed) => void): Disposable {
  let interrupted = false;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    const reason = new Interrupted(signal);
    if (interrupted) process.exit(reason.exitCode);
    interrupted = true;
    abort(reason);
  };
  const onOutputError = (error: NodeJS.ErrnoException) => {
    // Whatever else the reader does, there is nobody left to write to.
    if (!interrupted) abort(error.code === 'EPIPE' ? new Interrupted('closed output') : new OutputFailed(error));
    interrupted = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.stdout.on('error', onOutputError);
  process.stderr.on('error', onOutputError);
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
