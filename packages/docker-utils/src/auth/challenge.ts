/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Keys in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SEPARATORS = /[\s,]*/y;
const EQUALS = /\s*=\s*/y;
/** An unquoted value goes on to the next comma or space: real servers leave `https://…` unquoted. */
const LOOSE_VALUE = /[^\s,"]+/y;

/**
 * Reads `WWW-Authenticate` (RFC 9110, 11.6.1): several challenges in one header or in several joined by a comma, values with and
 * without quotes, commas inside quotes. What can't be read is left out.
 */
export function parseChallenges(value: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(value);
    if (match === null) return undefined;
    position += match[0].length;
    return match;
  };
  while (position < value.length) {
    take(SEPARATORS);
    const word = take(TOKEN)?.[0];
    if (word === undefined) {
      position += 1;
      continue;
    }
    const current = challenges.at(-1);
    if (current !== undefined && take(EQUALS) !== undefined) {
      const quoted = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1');
      // The first one counts: a second "realm" smuggled in behind it changes nothing.
      current.parameters[word.toLowerCase()] ??= quoted ?? take(LOOSE_VALUE)?.[0] ?? '';
    } else {
      challenges.push({ scheme: word.toLowerCase(), parameters: Object.create(null) });
    }
  }
  return challenges;
}
