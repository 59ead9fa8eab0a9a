import { builtin } from '../builtin.js';

/** A hash over plain data that does not depend on the order of its keys; absent and `undefined` members are the same. */
export function fingerprint(value: unknown): string {
  return builtin('node:crypto').createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.join(',')}}`;
}
