import { InvalidArgumentError } from 'commander';
import { split } from 'shlex';

/** Splits a line into words as a POSIX shell does, without a comment (`# …`); variables, globs and operators stay as they are. */
export function splitWords(line: string): string[] {
  // shlex knows no comments: a `#` begins one where it would be a word by itself, so not in quotes and not after a backslash.
  for (const { index } of line.matchAll(/(?<!\S)#/g)) {
    const words = wordsOf(line.slice(0, index + 1));
    if (words?.at(-1) === '#') return words.slice(0, -1);
  }
  const words = wordsOf(line);
  if (words === undefined) throw new InvalidArgumentError('The line has a quote that is not closed, or ends in a backslash.');
  return words;
}

/** Returns `undefined` for a line that ends within quotes or after a backslash. */
function wordsOf(line: string): string[] | undefined {
  try {
    return split(line);
  } catch {
    return undefined;
  }
}
