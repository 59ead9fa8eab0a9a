import type { Refuse } from './refusal.js';
import type { Check } from './shape.js';
import { argumentList, integer, list, number, oneOf, text } from './values.js';

/** The check of a text of at most so many characters. */
export function textUpTo(maxLength: number): Check<string> {
  return (refuse, field, value) => text(refuse, field, value, maxLength);
}

/** The check of a whole number within bounds, both included. */
export function integerFrom(minimum: number, maximum: number): Check<number> {
  return (refuse, field, value) => integer(refuse, field, value, minimum, maximum);
}

/** The check of a number within bounds, both included. `unit` is for the message, such as ` seconds`. */
export function numberFrom(minimum: number, maximum: number, unit = ''): Check<number> {
  return (refuse, field, value) => number(refuse, field, value, minimum, maximum, unit);
}

/** The check of one of some words. */
export function oneOfThese<const Value extends string>(...values: readonly Value[]): Check<Value> {
  return (refuse, field, value) => oneOf(refuse, field, value, values);
}

/** The check of an array whose items all pass one check. */
export function listOf<T>(check: Check<T>, maxLength?: number): Check<readonly T[]> {
  return (refuse, field, value) => list(refuse, field, value, maxLength).map((item, index) => check(refuse, `${field}[${index}]`, item));
}

/** A function that the caller passes. */
export function callback<Callback extends (...given: never[]) => unknown>(refuse: Refuse, field: string, value: unknown): Callback {
  return typeof value === 'function' ? (value as Callback) : refuse(field, 'a function', value);
}

/** The command of a process: at least the name of a program. */
export function command(refuse: Refuse, field: string, value: unknown): readonly string[] {
  const given = argumentList(refuse, field, value);
  return given.length > 0 ? given : refuse(field, 'a command, not an empty array');
}

/** An archive as it arrives. */
export function byteStream(refuse: Refuse, field: string, value: unknown): AsyncIterable<Uint8Array> {
  const isIterable = typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
  return isIterable ? (value as AsyncIterable<Uint8Array>) : refuse(field, 'an async iterable of bytes, such as a Readable', value);
}
