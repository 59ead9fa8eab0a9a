import { replyTooLarge } from '@cloud/container-core/driver-kit';
import { CutReplyError } from './engine-http-error.js';
import { MAX_LINE_BYTES } from './reply-limits.js';

/** Reads a body of JSON objects, one a line; each comes with its text, for numbers that JSON.parse would round. */
export async function* jsonLines<T extends object>(
  body: AsyncIterable<Buffer>,
): AsyncGenerator<readonly { value: T; text: string }[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    if (rest.length > MAX_LINE_BYTES) throw replyTooLarge('The engine, in one line,', MAX_LINE_BYTES);
    const parsed = end === 0 ? [] : parseLines<T>(bytes.toString('utf8', 0, end));
    if (parsed.length > 0) yield parsed;
  }
  const last = parseLines<T>(rest.toString('utf8'));
  if (last.length > 0) yield last;
}

function parseLines<T extends object>(text: string): { value: T; text: string }[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ value: parseLine<T>(line), text: line }));
}

function parseLine<T extends object>(line: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CutReplyError('a line of the reply is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new CutReplyError('a line of the reply is not a JSON object');
  return value as T;
}
