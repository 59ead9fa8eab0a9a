import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { runCommandLine } from '../run-command-line.js';
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
          const words = splitWords(line);
          if (words[0] === 'exit') break;
          if (words.length > 0) {
            const code = await runCommandLine(inner, [...inherited(session), ...words]);
            if (code !== 0) session.exitCode = code;
            if (code !== 0 && !interactive && !flags.keepGoing) break;
          }
          if (interactive) lines.prompt();
        }
      } finally {
        session.signal.removeEventListener('abort', close);
        lines.close();
      }
      session.signal.throwIfAborted();
    });
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
