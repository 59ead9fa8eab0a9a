/**
 * One thing that a test program does. A program is a list of steps, so that the suite needs no language that every provider's
 * images speak; see {@link ConformanceImages}.
 *
 * A program that comes to the end of its steps ends with exit code 0.
 */
export type ProgramStep =
  /** Writes text (as UTF-8) or bytes, `times` over (1 by default), with nothing between or after. */
  | { readonly do: 'write'; readonly content: string | Uint8Array; readonly to?: 'stdout' | 'stderr'; readonly times?: number }
  /** Writes the lines `PREFIX 1` to `PREFIX count`. */
  | { readonly do: 'count'; readonly prefix: string; readonly count: number }
  /** Waits, or until the polite stop when a step before said how to take it. */
  | { readonly do: 'sleep'; readonly milliseconds: number }
  /** From here on: ends with this exit code at the polite signal (SIGTERM), wherever it is; so long after it (at once by default). */
  | { readonly do: 'on-stop'; readonly exitCode: number; readonly afterMilliseconds?: number }
  /** From here on: takes no notice of the polite signal. */
  | { readonly do: 'ignore-stop' }
  /** Ends. */
  | { readonly do: 'exit'; readonly code: number }
  /** Writes a line with the value of an environment variable, an empty one when it is not set. */
  | { readonly do: 'print-env'; readonly name: string }
  /** Writes a line with the working directory. */
  | { readonly do: 'print-working-directory' }
  /** Writes a line with the numeric id of the user. */
  | { readonly do: 'print-user' }
  /** Writes a line `terminal` or `no terminal`, by what stdout is. */
  | { readonly do: 'print-terminal' }
  /** Writes a line with the terminal's size: rows, a space, columns. */
  | { readonly do: 'print-terminal-size' }
  /** Copies stdin to stdout until it ends. */
  | { readonly do: 'copy-stdin' }
  /** Writes a file; its directory is there. */
  | { readonly do: 'write-file'; readonly path: string; readonly content: string }
  /** Writes what is in a file to stdout. */
  | { readonly do: 'print-file'; readonly path: string }
  /** Accepts TCP connections for ever and answers each with the text. Not followed by other steps. */
  | { readonly do: 'serve'; readonly port: number; readonly reply: string };

/** How to run a program: goes into deploy options as it is. */
export interface Program {
  readonly image: string;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
}

/** Makes programs for a provider. {@link shellPrograms} is one for every image with a Bourne shell. */
export interface ProgramCompiler {
  /** For `exec`, the entry point and the command together are the command. */
  program(steps: readonly ProgramStep[]): Program;
}

/** Longer than any row takes. */
const FOR_EVER_MS = 600_000;

/** Tells that it is ready, stays until it is asked to stop and ends with `exitCode` then. */
export function idleProgram(exitCode = 143): readonly ProgramStep[] {
  return [{ do: 'on-stop', exitCode }, READY, { do: 'sleep', milliseconds: FOR_EVER_MS }];
}

/** Tells that it is ready and stays until it is killed. */
export function stubbornProgram(): readonly ProgramStep[] {
  return [{ do: 'ignore-stop' }, READY, { do: 'sleep', milliseconds: FOR_EVER_MS }];
}

/** Tells that it is ready, and takes its time to end when it is asked to stop: sooner than by any default it would be killed. */
export function reluctantProgram(): readonly ProgramStep[] {
  return [{ do: 'on-stop', exitCode: 7, afterMilliseconds: 5000 }, READY, { do: 'sleep', milliseconds: FOR_EVER_MS }];
}

/** What a program writes when its way of taking the polite signal is set. */
export const READY_LINE = 'ready';
const READY: ProgramStep = { do: 'write', content: `${READY_LINE}\n` };

/** Writes text and ends. */
export function printProgram(content: string | Uint8Array, exitCode = 0): readonly ProgramStep[] {
  return [
    { do: 'write', content },
    { do: 'exit', code: exitCode },
  ];
}
