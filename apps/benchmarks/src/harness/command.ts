import { programPath } from '../paths.js';

/** What a process is handed: plain data. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * One process to measure.
 *
 * `contender` and `python` are programs of ours that measure their own work, so that start-up and warm-up stay out of it;
 * `program` is anybody's, measured from outside as a whole.
 */
export type Command =
  | { readonly kind: 'contender'; readonly module: string; readonly input: Input }
  | { readonly kind: 'python'; readonly script: string; readonly input: Input }
  | {
      readonly kind: 'program';
      readonly command: readonly string[];
      /** Run so many times one after the other and measured in sum; 1 by default. */
      readonly repeat?: number;
      /** For programs of ours. */
      readonly input?: Input;
    };

/** A contender that is one of our own programs, `dist/contenders/MODULE.js`. */
export function contender(module: string, input: Input): Command {
  return { kind: 'contender', module, input };
}

/** A contender measured from outside like anybody's program: with the start of Node and the loading of all it imports. */
export function wholeProcess(module: string, input: Input): Command {
  return { kind: 'program', command: [process.execPath, programPath(`contenders/${module}`)], input };
}

export function python(script: string, input: Input): Command {
  return { kind: 'python', script, input };
}

export function program(...command: string[]): Command {
  return { kind: 'program', command };
}
