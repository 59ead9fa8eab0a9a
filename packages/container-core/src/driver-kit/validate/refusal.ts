import { ContainerError } from '../../errors/container-error.js';

/** Throws `invalid-argument` for a field, saying what it must be, and what was given in its place. */
export interface Refuse {
  (field: string, mustBe: string, ...value: readonly unknown[]): never;
  /** Throws `invalid-argument` with a sentence of the caller's, without its full stop. */
  readonly because: (sentence: string) => never;
}

/**
 * Fields of which a wrong value is shown: numbers, switches and words out of a list. Anything can stand in the others, a credential at
 * the wrong place included; of those the type and the length are shown.
 */
const SHOWN_FIELDS: ReadonlySet<string> = new Set(
  [
    'cpu memoryMiB replicas containerPort hostPort port protocol type readOnly condition maxRetries retries start pullPolicy platform',
    'intervalSeconds timeoutSeconds startPeriodSeconds stopTimeoutSeconds gracePeriodSeconds timeoutMs stallTimeoutMs',
    'follow tail until tty stdin states killSignal width height columns rows force noCache',
  ].flatMap((line) => line.split(' ')),
);

/** The longest word of a list has 14 letters. */
const MAX_SHOWN_LENGTH = 20;

/** Makes the {@link Refuse} of one call. */
export function refusal(provider: string, operation: string): Refuse {
  const because = (sentence: string): never => {
    const end = sentence.endsWith('?') ? '' : '.';
    throw new ContainerError('invalid-argument', `${operation}: ${sentence}${end}`, { provider, operation });
  };
  const refuse = (field: string, mustBe: string, ...value: readonly unknown[]): never =>
    because(`${field} must be ${mustBe}${value.length === 0 ? '' : `, not ${describeValue(field, value[0])}`}`);
  return Object.assign(refuse, { because });
}

/** A wrong value in an error message: itself when the field holds no secrets, else its type and length. */
export function describeValue(field: string, value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  const last = /(\w+)(?:\[\d+\])*(?: \(\w+\))?$/.exec(field)?.[1] ?? '';
  const isShown = SHOWN_FIELDS.has(last) && !/^(?:env|secrets|labels|credentials|providerOptions)\b/.test(field);
  if (typeof value === 'number') return isShown || Number.isNaN(value) ? String(value) : 'a number';
  if (typeof value === 'string') {
    if (isShown && value.length <= MAX_SHOWN_LENGTH && /^[A-Za-z]+(?:[-/][a-z]+)*$/.test(value)) return JSON.stringify(value);
    return value === '' ? '""' : `a string of ${value.length} characters`;
  }
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' ? (isArray(value) ? 'an array' : 'an object') : `a ${typeof value}`;
}

/** A revoked Proxy throws. */
function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
