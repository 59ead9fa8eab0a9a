import { createInterface, type Interface } from 'node:readline';
import { Command } from 'commander';
import { answerFailure } from '../session/answer-failure.js';
import { Interrupted } from '../session/interruption.js';
import { Session } from '../session/session.js';
import { splitWords } from './split-words.js';

/** Runs one command line to its end and resolves with its exit code. */
export type RunLine = (session: Session, words: readonly string[]) => Promise<number>;

/** @param run passed in, since it makes the whole program, this command included */
export function shellCommand(session: Session, run: RunLine): Command {
  return new Command('shell')
    .description('run several commands in one process: typed, or read from stdin (`deploy …` a line)')
    .option('-k, --keep-going', 'go on after a command that failed')
    .action(async (flags: { readonly keepGoing?: boolean }) => {
      const { streams, interruption } = session.surroundings;
      const { stdin, stdout } = streams;
      const interactive = stdin.isTTY === true && stdout.isTTY === true;
      await using inner = new Session(session.surroundings, { shared: true });
      const lines = createInterface({
        input: stdin,
        terminal: interactive,
        ...(interactive ? { output: stdout, prompt: 'playground> ' } : {}),
      });
      const close = () => lines.close();
      session.signal.addEventListener('abort', close, { once: true });
      let running: AbortController | undefined;
      const onInterrupt = () => {
        const interrupted = new Interrupted('SIGINT');
        // It did not end at the first one.
        if (running?.signal.aborted) process.exit(interrupted.exitCode);
        if (running === undefined) clearLine(lines, session);
        else {
          session.output.text('^C');
          running.abort(interrupted);
        }
      };
      // Ctrl-C is a key while readline reads the terminal, and a signal when another process sends it.
      lines.on('SIGINT', onInterrupt);
      using _interrupts = interactive ? interruption.takeInterrupts(onInterrupt) : undefined;
      try {
        if (interactive) lines.prompt();
        for await (const line of lines) {
          if (/^\s*exit(\s|$)/.test(line)) break;
          running = new AbortController();
          inner.commandSignal = AbortSignal.any([interruption.signal, running.signal]);
          const code = await runTyped(line, session, inner, run);
          running = undefined;
          if (code !== 0) session.exitCode = code;
          if (code !== 0 && !interactive && !flags.keepGoing) break;
          if (interactive) lines.prompt();
        }
      } finally {
        session.signal.removeEventListener('abort', close);
        lines.close();
      }
      session.signal.throwIfAborted();
    });
}

/** Gives up a half-typed line and asks for another one, as other shells do. */
function clearLine(lines: Interface, { output }: Session): void {
  lines.write(null, { ctrl: true, name: 'e' });
  output.text('^C');
  // Also shows the prompt again.
  lines.write(null, { ctrl: true, name: 'u' });
}

/** Runs one line to its end; one that is no words is a command that failed, and not the end of the shell. */
async function runTyped(line: string, session: Session, inner: Session, run: RunLine): Promise<number> {
  let words: readonly string[];
  try {
    words = splitWords(line);
  } catch (error) {
    inner.configure(session.flags);
    inner.failureCode = undefined;
    return answerFailure(error, inner);
  }
  return words.length === 0 ? 0 : run(inner, [...inherited(session), ...words]);
}

/** The shell's own global options hold for its commands, unless a line has others. */
function inherited({ flags }: Session): string[] {
  return [
    ...(flags.url === undefined ? [] : ['--url', flags.url]),
    ...(flags.profile === undefined ? [] : ['--profile', flags.profile]),
    ...(flags.json ? ['--json'] : []),
    ...(flags.timeout === undefined ? [] : ['--timeout', `${flags.timeout}ms`]),
    ...(flags.verbose ? ['--verbose'] : []),
  ];
}
