import { parseArgs } from 'node:util';
import type { Size } from './harness/row.js';
import { rows } from './rows/index.js';

/** What the user asked for. */
export interface BenchmarkOptions {
  readonly help: boolean;
  readonly list: boolean;
  /** Rows to measure; all of them when none was named. */
  readonly rows: readonly string[];
  readonly size: Size;
  readonly rounds: number;
  readonly json?: string | undefined;
  readonly markdown?: string | undefined;
  readonly resume: boolean;
}

export const usage = `usage: npm run bench -- [ROW…] [OPTIONS]

  ROW               rows to measure, by name or by its beginning; all of them by default
  --list            names the rows, and the peers that are missing with the commands that bring them
  --rounds N        interleaved rounds; 5 by default, 1 with --size smoke
  --size SIZE       full (the figures) or smoke (tiny, only shows that everything works); full by default
  --json FILE       adds the results to FILE after each row, in place of those it has of the same row
  --resume          leaves out the rows that FILE already has at this size
  --markdown FILE   writes the page of all results in FILE`;

/** A mistake in the command line; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function parseCommandLine(words: readonly string[]): BenchmarkOptions {
  const { values, positionals } = parse(words);
  const size = values.size ?? 'full';
  if (size !== 'full' && size !== 'smoke') throw new UsageError(`--size is full or smoke, not ${size}.`);
  const rounds = Number(values.rounds ?? (size === 'full' ? 5 : 1));
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError(`--rounds is a whole number from 1, not ${values.rounds}.`);
  if (values.resume === true && values.json === undefined) throw new UsageError('--resume needs --json FILE, which has what was measured.');
  return {
    help: values.help === true,
    list: values.list === true,
    rows: positionals.flatMap(rowsNamed),
    size,
    rounds,
    json: values.json,
    markdown: values.markdown,
    resume: values.resume === true,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      // `npm run bench -- NAME` and `pnpm run bench -- NAME` differ in whether they hand the dashes on.
      args: words.filter((word) => word !== '--'),
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        list: { type: 'boolean' },
        rounds: { type: 'string' },
        size: { type: 'string' },
        json: { type: 'string' },
        markdown: { type: 'string' },
        resume: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function rowsNamed(beginning: string): string[] {
  const names = rows.map(({ name }) => name);
  const found = names.includes(beginning) ? [beginning] : names.filter((name) => name.startsWith(beginning));
  if (found.length === 0) throw new UsageError(`There is no row ${beginning}; there are: ${names.join(', ')}.`);
  return found;
}
