import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { answerFailure, runCommandLine } from '../run-command-line.js';
import { Session } from '../session/session.js';
import { splitWords } from './split-words.js';

export function shellCommand(session: Session): Command {
  return new Command('shell')
    .description('run several commands in one process: typed, or read from stdin (`deploy …` a line)')
    .option('-k, --keep-going', 'go on after a command that failed')
    .action(async (flags: { readonly keepGoing?: boolean }) => {
      const { stdin, stdout } = session.surroundings.streams;
      const interactive = stdin.isTTY === true && stdout.isTTY === true;
      await using inner = new Session(session.surroundings, { shared: true });
      const lines = createInterface({
        input: stdin,
        terminal: interactive,
        ...(interactive ? { output: stdout, prompt: 'playground> ' } : {}),
      });
      const close = () => lines.close();
      session.signal.addEventListener('abort', close, { once: true });
      // With a terminal, readline takes Ctrl-C to itself.
      lines.on('SIGINT', () => process.emit('SIGINT'));
      try {
        if (interactive) lines.prompt();
        for await (const line of lines) {
          if (/^\s*exit(\s|$)/.test(line)) break;
          const code = await runLine(line, session, inner);
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

/** Runs one line to its end; one that is no words is a command that failed, and not the end of the shell. */
async function runLine(line: string, session: Session, inner: Session): Promise<number> {
  let words: readonly string[];
  try {
    words = splitWords(line);
  } catch (error) {
    inner.configure(session.flags);
    inner.failureCode = undefined;
    return answerFailure(error, inner);
  }
  return words.length === 0 ? 0 : runCommandLine(inner, [...inherited(session), ...words]);
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
