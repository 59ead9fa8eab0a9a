import { closestName } from '../../errors/closest-name.js';
import type { Refuse } from './refusal.js';

/** A text that no protocol on the way can take for something else: no NUL, and no line end unless allowed. */
export function text(refuse: Refuse, field: string, value: unknown, maxLength = 4096): string {
  if (typeof value !== 'string' || value === '') return refuse(field, 'a text that is not empty', value);
  if (value.length > maxLength) return refuse(field, `at most ${maxLength} characters`, value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) return refuse(field, 'free of control characters', value);
  return value;
}

/** A number within bounds, both included; NaN is none. `unit` is for the message, such as ` seconds`. */
export function number(refuse: Refuse, field: string, value: unknown, minimum: number, maximum: number, unit = ''): number {
  if (typeof value !== 'number' || Number.isNaN(value) || value < minimum || value > maximum) {
    return refuse(field, `a number from ${minimum} to ${maximum}${unit}`, value);
  }
  return value;
}

/** A whole number within bounds, both included. */
export function integer(refuse: Refuse, field: string, value: unknown, minimum: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
    return refuse(field, `a whole number from ${minimum} to ${maximum}`, value);
  }
  return value;
}

/** One of some words, typed as such. */
export function oneOf<Value extends string>(refuse: Refuse, field: string, value: unknown, values: readonly Value[]): Value {
  const found = values.find((candidate) => candidate === value);
  return found ?? refuse(field, `one of ${values.join(', ')}`, value);
}

/** `true` or `false`, and nothing that counts as one. */
export function bool(refuse: Refuse, field: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(field, 'true or false', value);
}

/** An object that is no array; what is in it is still unknown. */
export function record(refuse: Refuse, field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(field, 'an object', value);
  return value as Readonly<Record<string, unknown>>;
}

/** An array of 10 000 items at most, unless told otherwise; what is in it is still unknown. */
export function list(refuse: Refuse, field: string, value: unknown, maxLength = 10_000): readonly unknown[] {
  if (!Array.isArray(value)) return refuse(field, 'an array', value);
  if (value.length > maxLength) return refuse(field, `an array of at most ${maxLength}`);
  return value;
}

/** Arguments of a program; line ends and empty texts are fine there, NUL can't be passed to one. */
export function argumentList(refuse: Refuse, field: string, value: unknown): readonly string[] {
  return list(refuse, field, value).map((item, index) => {
    if (typeof item !== 'string' || item.includes('\0')) return refuse(`${field}[${index}]`, 'a text without NUL', item);
    return item;
  });
}

/** A `Date` that is one. */
export function date(refuse: Refuse, field: string, value: unknown): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return refuse(field, 'a valid Date', value);
  return value;
}

/** A path that begins with `/`. */
export function absolutePath(refuse: Refuse, field: string, value: unknown): string {
  const path = text(refuse, field, value);
  return path.startsWith('/') ? path : refuse(field, 'an absolute path', value);
}

/** `os/architecture[/variant]`. */
export function platform(refuse: Refuse, field: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/.test(value)) {
    return refuse(field, 'os/architecture[/variant] such as linux/arm64', value);
  }
  return value;
}

/** Refuses unknown members, so that a misspelled option does not go unnoticed; the message suggests the one that was probably meant. */
export function onlyKnownKeys(refuse: Refuse, field: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const closest = /^[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*$/.test(key) ? closestName(key, known) : undefined;
    // A value given in place of a name, such as an access key, is not shown: names are close to a known one or have no digits.
    const isName = closest !== undefined || (key.length <= 40 && /^[A-Za-z]+(?:[-_.][A-Za-z]+)*$/.test(key));
    const shown = isName
      ? `"${field === '' ? key : `${field}.${key}`}"`
      : `of ${key.length} characters${field === '' ? '' : ` in ${field}`}`;
    refuse.because(
      `unknown option ${shown}; ${closest === undefined ? `the options are ${known.join(', ')}` : `did you mean "${closest}"?`}`,
    );
  }
}
