import type { JsonObject, JsonValue } from '../../types/json.js';
import type { Refuse } from './refusal.js';
import { record } from './values.js';

/** Far more than any provider's own options have; a hundred thousand would overflow the stack of whatever writes them as JSON. */
const MAX_DEPTH = 64;

/** A copy of an object of JSON data: no getter runs twice, and no value in it is too deep to be written. */
export function plainData(refuse: Refuse, field: string, value: unknown): JsonObject {
  return Object.fromEntries(members(refuse, field, record(refuse, field, value), 1));
}

function members(refuse: Refuse, field: string, value: object, depth: number): [string, JsonValue][] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [key, copy(refuse, memberOf(field, key), item, depth)]);
}

function copy(refuse: Refuse, field: string, value: unknown, depth: number): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value !== 'object') return refuse(field, 'JSON data', value);
  if (depth >= MAX_DEPTH) return refuse(field, `JSON data of at most ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item, index) => copy(refuse, `${field}[${index}]`, item, depth + 1));
  return Object.fromEntries(members(refuse, field, value, depth + 1));
}

/** A value given in place of a name is not shown. */
function memberOf(field: string, key: string): string {
  return /^[A-Za-z][A-Za-z_-]{0,39}$/.test(key) ? `${field}.${key}` : field;
}
