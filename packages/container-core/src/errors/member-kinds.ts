import { closestName } from './closest-name.js';

/** What a member may be, in plain words for messages. */
const KINDS = {
  'a string': (value: unknown) => typeof value === 'string',
  'a number': (value: unknown) => typeof value === 'number',
  'true or false': (value: unknown) => typeof value === 'boolean',
  'a function': (value: unknown) => typeof value === 'function',
  'a Date': (value: unknown) => value instanceof Date,
  'an object of strings': (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((each) => typeof each === 'string'),
  anything: () => true,
} as const;

/** The kind of every member of `Members`: one that is added to the type and not here does not compile. */
export type KindsOf<Members> = { readonly [Key in keyof Required<Members>]: keyof typeof KINDS };

/**
 * Returns what is wrong with the members of an object, as a sentence without its full stop; `undefined` when nothing is. For what lies below
 * the driver kit and its shapes.
 */
export function wrongMember(given: object, kinds: Readonly<Record<string, keyof typeof KINDS>>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      const closest = closestName(name, known);
      const hint = closest === undefined ? `the options are ${known.join(', ')}` : `did you mean "${closest}"?`;
      return `unknown option ${closest === undefined ? `of ${name.length} characters` : `"${name}"`}; ${hint}`;
    }
    // The value may be a secret: it is never shown.
    if (value !== undefined && !KINDS[kind](value)) return `${name} must be ${kind}`;
  }
  return undefined;
}
