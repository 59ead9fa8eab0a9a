import { ContainerError } from '@cloud/container-core';
import { CommanderError } from 'commander';
import { FAILURE, USAGE } from '../exit-codes.js';
import { Interrupted } from './interruption.js';
import { describeProblem } from './problem.js';
import type { Session } from './session.js';
import { usageSentence } from './usage-sentence.js';

/** Prints what went wrong, and returns the exit code for it. */
export function answerFailure(error: unknown, session: Session, words: readonly string[] = []): number {
  const { output, signal, flags } = session;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const sentence = usageSentence(error);
    // A group of commands without one of them has shown its help already.
    if (error.code !== 'commander.help') {
      const hints = ['--help shows how it is written.', ...(mayHoldCommand(words) ? [COMMAND_HINT] : [])];
      output.problem({ name: 'UsageError', code: 'invalid-argument', message: sentence }, sentence, hints);
    }
    return session.failureCode ?? USAGE;
  }
  const reason: unknown = signal.aborted ? signal.reason : error;
  // What a command says in spite of an interruption is worth saying: what it could not clean up, say.
  const cause = ContainerError.isInstance(error) ? error : reason;
  if (cause instanceof Interrupted) return cause.exitCode;
  const { sentence, hint, causes, value, usage } = describeProblem(cause);
  const more = [...(hint === undefined ? [] : [`hint: ${hint}`]), ...(flags.verbose ? causes : [])];
  output.problem(flags.verbose ? { ...value, causes } : value, sentence, more);
  if (reason instanceof Interrupted) return reason.exitCode;
  return session.failureCode ?? (usage ? USAGE : FAILURE);
}

const COMMAND_HINT = 'What runs in the container goes after --, with its options: run IMAGE -- ls -l.';

/** Whether the container's own command may have been written without the `--` before it, as the docker CLI takes it. */
function mayHoldCommand(words: readonly string[]): boolean {
  return !words.includes('--') && words.some((word) => ['run', 'deploy', 'exec'].includes(word));
}
