import { ContainerError } from '../../errors/container-error.js';

/** Throws `invalid-argument` for a field, saying what it must be; the value is shown when it is given. */
export type Refuse = (field: string, mustBe: string, ...value: readonly unknown[]) => never;

/** Makes the {@link Refuse} of one call. */
export function refusal(provider: string, operation: string): Refuse {
  return (field, mustBe, ...value) => {
    const got = value.length === 0 ? '' : `, not ${show(value[0])}`;
    throw new ContainerError('invalid-argument', `${operation}: ${field} must be ${mustBe}${got}.`, { provider, operation });
  };
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
