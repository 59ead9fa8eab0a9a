import type { Refuse } from './refusal.js';
import type { Check } from './shape.js';
import { argumentList, integer, list, number, oneOf, record, text } from './values.js';

/** Checks a string of at most so many characters. */
export function textUpTo(maxLength: number): Check<string> {
  return (refuse, field, value) => text(refuse, field, value, maxLength);
}

/** Checks a whole number within bounds, both included. */
export function integerFrom(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Check<number> {
  return (refuse, field, value) => integer(refuse, field, value, minimum, maximum);
}

/** Checks a number within bounds, both included. */
export function numberFrom(minimum: number, maximum: number, unit = ''): Check<number> {
  return (refuse, field, value) => number(refuse, field, value, minimum, maximum, unit);
}

/** Checks one of several words. */
export function oneOfThese<const Value extends string>(...values: readonly Value[]): Check<Value> {
  return (refuse, field, value) => oneOf(refuse, field, value, values);
}

/** Checks an array and every item in it. */
export function arrayOf<T>(item: Check<T>, maxLength?: number): Check<readonly T[]> {
  return (refuse, field, value) => list(refuse, field, value, maxLength).map((each, index) => item(refuse, `${field}[${index}]`, each));
}

/** Checks an object with any keys and the value of each; `undefined` values are absent. */
export function recordOf<T>(item: Check<T>): Check<Readonly<Record<string, T>>> {
  return (refuse, field, value) => {
    const entries = Object.entries(record(refuse, field, value)).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, item(refuse, `${field}.${key}`, each)]));
  };
}

/**
 * Checks that a value is a function; what it takes and returns cannot be checked.
 *
 * @typeParam T the type of the function
 */
export function functionOf<T extends (...values: never) => unknown>(): Check<T> {
  return (refuse, field, value) => (typeof value === 'function' ? (value as T) : refuse(field, 'a function', value));
}

/** Checks an injected object by its methods: it may be of another copy of a package, or a stand-in of a test. */
export function objectWith<T extends object>(...methods: readonly (keyof T & string)[]): Check<T> {
  const what = `an object with ${methods.map((method) => `${method}()`).join(' and ')}`;
  return (refuse, field, value) => {
    const hasAll = typeof value === 'object' && value !== null && methods.every((name) => typeof (value as T)[name] === 'function');
    return hasAll ? (value as T) : refuse(field, what, value);
  };
}

/**
 * Checks one of two kinds: the first for functions, the second for everything else.
 *
 * @typeParam F the type of the function
 * @typeParam T the type of the other values
 */
export function functionOr<F extends (...values: never) => unknown, T>(other: Check<T>): Check<F | T> {
  return (refuse, field, value) => (typeof value === 'function' ? (value as F) : other(refuse, field, value));
}

/** Checks milliseconds above 0; `Infinity` is no limit. */
export const milliseconds: Check<number> = (refuse, field, value) =>
  typeof value === 'number' && value > 0 ? value : refuse(field, 'a number of milliseconds above 0, or Infinity', value);

/** By its shape, since polyfills and other realms have classes of their own. */
export const abortSignal: Check<AbortSignal> = (refuse, field, value) => {
  const { aborted, addEventListener } = Object(value) as { readonly aborted?: unknown; readonly addEventListener?: unknown };
  const isSignal = typeof aborted === 'boolean' && typeof addEventListener === 'function';
  return isSignal ? (value as AbortSignal) : refuse(field, 'an AbortSignal', value);
};

/** Checks the variables of an environment. The object itself is returned: `process.env` may change later. */
export const environmentVariables: Check<NodeJS.ProcessEnv> = (refuse, field, value) => {
  for (const [name, each] of Object.entries(record(refuse, field, value))) {
    // The value may be a secret: it is never shown.
    if (each !== undefined && typeof each !== 'string') refuse(`${field}.${name}`, 'a string');
  }
  return value as NodeJS.ProcessEnv;
};

/** A string that is never shown and may hold any character but NUL. */
export const secretText: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && value !== '' && !value.includes('\0') ? value : refuse(field, 'a string that is not empty');

/** Checks an array of strings that are not empty. */
export const strings: Check<readonly string[]> = arrayOf((refuse, field, value) => text(refuse, field, value));

/** Checks the command of a process: at least the name of a program. */
export function command(refuse: Refuse, field: string, value: unknown): readonly string[] {
  const given = argumentList(refuse, field, value);
  return given.length > 0 ? given : refuse(field, 'a command, not an empty array');
}

/** Checks an archive that arrives in chunks. */
export function byteStream(refuse: Refuse, field: string, value: unknown): AsyncIterable<Uint8Array> {
  const isIterable = typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
  return isIterable ? (value as AsyncIterable<Uint8Array>) : refuse(field, 'an async iterable of bytes, such as a Readable', value);
}
