import { InvalidArgumentError } from 'commander';

/** Splits a line into words as a shell does: quotes and backslashes, `#` begins a comment; nothing is expanded. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote === "'" && character !== "'") word += character;
    else if (character === '\\' && index + 1 < line.length) word = (word ?? '') + line.charAt(++index);
    else if (character === quote) quote = undefined;
    else if (quote !== undefined) word += character;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) break;
    else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw new InvalidArgumentError(`The line has a ${quote} that is not closed.`);
  if (word !== undefined) words.push(word);
  return words;
}
