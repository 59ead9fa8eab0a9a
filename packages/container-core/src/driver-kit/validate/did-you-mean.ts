import { closestName } from '../../errors/closest-name.js';

/** The end of a message about an unknown name: `; did you mean "docker"?`, or an empty string. */
export function didYouMean(given: string, known: readonly string[]): string {
  const name = closestName(given, known);
  return name === undefined ? '' : `; did you mean "${name}"?`;
}
