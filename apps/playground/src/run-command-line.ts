import type { Command } from 'commander';
import { type Audience, createProgram } from './program.js';
import { answerFailure } from './session/answer-failure.js';
import type { GlobalFlags, Session } from './session/session.js';

/** Runs one command line to its end; resolves with the exit code and never rejects. */
export async function runCommandLine(session: Session, words: readonly string[]): Promise<number> {
  session.exitCode = 0;
  session.failureCode = undefined;
  const own = wordsBeforeCommand(words);
  // Also a command line that cannot be read is answered in the manner that it asks for.
  session.configure(peekFlags(own));
  try {
    const program = createProgram(session, runCommandLine, wantsHelp(own) ? await audienceOf(session) : undefined);
    adopt(program, session);
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    return answerFailure(error, session, words);
  }
}

/** Makes a program and all its commands write where the session writes, and throw where they would exit. */
function adopt(command: Command, session: Session): void {
  command.configureOutput({
    writeOut: (text) => session.output.page(text),
    // Errors are reported by answerFailure; what else comes here is help.
    writeErr: (text) => session.output.page(text, 'stderr'),
    outputError: () => undefined,
  });
  for (const inner of command.commands) adopt(inner, session);
}

/** The words that are ours: those after `--` are the container's. */
function wordsBeforeCommand(words: readonly string[]): readonly string[] {
  return words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
}

/** What the options that shape every answer say, as far as that can be told before the command line is parsed. */
function peekFlags(own: readonly string[]): GlobalFlags {
  const valueAfter = (flag: string): string | undefined => {
    const at = own.indexOf(flag);
    return at >= 0 ? own[at + 1] : own.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
  };
  const [url, profile] = [valueAfter('--url'), valueAfter('--profile')];
  return {
    json: own.includes('--json'),
    verbose: own.includes('--verbose'),
    ...(url === undefined ? {} : { url }),
    ...(profile === undefined ? {} : { profile }),
  };
}

function wantsHelp(words: readonly string[]): boolean {
  const [first] = words;
  return first === undefined || first === 'help' || words.includes('--help') || words.includes('-h');
}

/** Who help is for; nobody in particular when it cannot be told where to connect to, which is no reason to withhold help. */
async function audienceOf(session: Session): Promise<Audience | undefined> {
  try {
    // Connecting asks nobody anything.
    const { provider, capabilities } = await session.driver();
    return { provider, groups: capabilities.groups };
  } catch (error) {
    session.output.note(`The help is for any provider: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
