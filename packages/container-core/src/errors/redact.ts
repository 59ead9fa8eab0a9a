import { findCredentials } from './find-credentials.js';
import { findKnown, type KnownSecrets, knownSecrets, type Range } from './known-secrets.js';
import { layersOf, placeOf } from './text-layers.js';

/** Replaces every secret in a text, and shortens one that is longer than an error needs. */
export type Redactor = (text: string) => string;

const MASK = '[redacted]';

/** What a redacted text has at most, the end of a shortened one included. */
const MAX_REDACTED_LENGTH = 16 * 1024;
/** Read beyond it, so that a secret across the end is found as a whole: the longest beginning that is searched, encoded twice. */
const MARGIN = 16 * 1024;

/**
 * Makes a function that takes the given secrets out of a text, and whatever looks like a credential.
 *
 * A secret is found in the spellings of URLs, HTML, JSON, base64 and hexadecimal digits, also one inside the other, and when the text
 * ends in the middle of it. Secrets shorter than four characters are left to the look: replacing `a` everywhere would hide the error
 * itself. A text of more than 16 Ki characters is first redacted, then shortened: redacting takes a bounded time. What the search needs
 * is made when the first text is redacted.
 */
export function createRedactor(secrets: Iterable<string | undefined> = []): Redactor {
  const given = [...secrets].filter((secret) => typeof secret === 'string');
  let known: KnownSecrets | undefined;
  return (text) => {
    known ??= knownSecrets(given);
    return redacted(text, known);
  };
}

function redacted(text: string, known: KnownSecrets): string {
  const isTooLong = text.length > MAX_REDACTED_LENGTH;
  const read = isTooLong ? text.slice(0, MAX_REDACTED_LENGTH + MARGIN) : text;
  const result = masked(read, rangesIn(read, known), isTooLong ? MAX_REDACTED_LENGTH - 1 : read.length);
  if (!isTooLong && result.length <= MAX_REDACTED_LENGTH) return result;
  return `${result.slice(0, MAX_REDACTED_LENGTH - 1)}…`;
}

function rangesIn(text: string, known: KnownSecrets): Range[] {
  const ranges: Range[] = [];
  for (const layer of layersOf(text)) {
    for (const [start, end] of [...findKnown(known, layer, MASK), ...findCredentials(layer)]) {
      ranges.push([placeOf(layer, start), placeOf(layer, end)]);
    }
  }
  return ranges.sort((left, right) => left[0] - right[0]);
}

/** The text up to `until`, with a mask for each range, and one for ranges that touch. */
function masked(text: string, ranges: readonly Range[], until: number): string {
  const parts: string[] = [];
  let done = 0;
  let lastMask = -1;
  for (const [start, end] of ranges) {
    if (start >= until) break;
    if (end <= done || end === start) continue;
    if (start > done) parts.push(text.slice(done, start));
    if (start > done || lastMask !== done) parts.push(MASK);
    done = end;
    lastMask = end;
  }
  if (done < until) parts.push(text.slice(done, until));
  return parts.join('');
}
