import { isObject } from '../is-object.js';
import { invalidParameter, ServiceError } from './service-error.js';

/** Reads one JSON value as the type that the operation wants, or refuses it. */
export interface Check<T> {
  (value: unknown, path: string): T;
  readonly required?: boolean;
}

export interface RequiredCheck<T> extends Check<T> {
  readonly required: true;
}

type Fields = Readonly<Record<string, Check<unknown>>>;
type Read<C> = C extends (value: unknown, path: string) => infer T ? T : never;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K] extends { required: true } ? K : never }[keyof F];

export type Shape<F extends Fields> = { readonly [K in RequiredKeys<F>]: Read<F[K]> } & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: Read<F[K]>;
};

const wrongType = (path: string, wanted: string, value: unknown) =>
  new ServiceError('SerializationException', `${path}: ${typeof value} can not be converted to ${wanted}`);

export const text: Check<string> = (value, path) => {
  if (typeof value !== 'string') throw wrongType(path, 'a String', value);
  return value;
};

export const integer: Check<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongType(path, 'an Integer', value);
  return value;
};

export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrongType(path, 'a Boolean', value);
  return value;
};

/** For the parts of a request that the fake only stores: the injected API model checks their inside. */
export const anyObject: Check<Readonly<Record<string, unknown>>> = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'a Structure', value);
  return value;
};

export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
  return (value, path) => {
    const known = values.find((candidate) => candidate === text(value, path));
    if (known === undefined) throw invalidParameter(`${path}: '${String(value)}' is not one of ${values.join(', ')}`);
    return known;
  };
}

export function listOf<T>(item: Check<T>): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, 'a List', value);
    return value.map((entry, index) => item(entry, `${path}[${index}]`));
  };
}

export function mapOf<T>(item: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(Object.entries(anyObject(value, path)).map(([key, entry]) => [key, item(entry, `${path}.${key}`)]));
}

export function required<T>(check: Check<T>): RequiredCheck<T> {
  return Object.assign((value: unknown, path: string) => check(value, path), { required: true as const });
}

/** A structure: refuses members that it does not know, values of another type and missing required members. */
export function shape<const F extends Fields>(fields: F): Check<Shape<F>> {
  return (value, path) => {
    const source = anyObject(value, path);
    for (const key of Object.keys(source)) {
      if (!Object.hasOwn(fields, key)) throw new ServiceError('SerializationException', `${path}: unknown member '${key}'`);
    }
    const result: Record<string, unknown> = {};
    for (const [key, check] of Object.entries(fields)) {
      const member = source[key];
      if (member !== undefined && member !== null) result[key] = check(member, path === '' ? key : `${path}.${key}`);
      else if (check.required) throw invalidParameter(`${path === '' ? key : `${path}.${key}`} can not be blank.`);
    }
    return result as Shape<F>;
  };
}
