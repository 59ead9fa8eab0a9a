import { ContainerError } from '../../errors/container-error.js';
import { builtin } from '../builtin.js';

/** As deep as any description of a container is by far; deeper data would overflow the stack. */
const MAX_DEPTH = 100;

/** A hash over plain data that does not depend on the order of its keys; absent and `undefined` members are the same. More than 100 levels are `invalid-argument`. */
export function fingerprint(value: unknown): string {
  return builtin('node:crypto').createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new ContainerError('invalid-argument', `Data of more than ${MAX_DEPTH} levels has no fingerprint.`);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, depth + 1)}`);
  return `{${members.join(',')}}`;
}
