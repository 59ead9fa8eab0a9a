/** A longer name is not compared: what stands there is not a misspelled name. */
const MAX_LENGTH = 40;

/**
 * Returns the known name that a misspelled one was probably meant to be: the nearest by insertions, deletions, substitutions and swaps
 * of neighbours, when at most a third of its letters differ or one name begins with the other; `undefined` otherwise.
 *
 * ```ts
 * closestName('hots', ['host', 'context']); // 'host'
 * ```
 */
export function closestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > MAX_LENGTH) return undefined;
  const lower = given.toLowerCase();
  let closest: string | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = isBeginning(lower, name.toLowerCase()) ? 1 : distance(lower, name.toLowerCase());
    if (edits < smallest && edits <= Math.max(1, Math.floor(Math.max(given.length, name.length) / 3))) [closest, smallest] = [name, edits];
  }
  return closest;
}

/** Whether one is the beginning of the other: `environment` for `env`. */
function isBeginning(left: string, right: string): boolean {
  return Math.min(left.length, right.length) >= 3 && (left.startsWith(right) || right.startsWith(left));
}

/** The optimal string alignment distance. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (isSame ? 0 : 1));
      current.push(isSwap ? Math.min(edits, at(beforeLast, column - 2) + 1) : edits);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
