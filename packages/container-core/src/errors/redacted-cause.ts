import { isError } from './is-error.js';
import { createRedactor, type Redactor } from './redact.js';

const MAX_DEPTH = 5;

/**
 * Copies what is safe of an error (name, message, stack, code, cause) and drops the rest.
 *
 * Vendor errors carry requests, responses, credentials and sockets in their other fields (axios `config.headers`,
 * the AWS SDK's `$response`), so nothing else is ever kept.
 */
export function redactedCause(cause: unknown, redact: Redactor = createRedactor(), depth = 0): Error | undefined {
  if (cause === undefined || cause === null || depth >= MAX_DEPTH) return undefined;
  if (!isError(cause)) return new Error(redact(typeof cause === 'string' ? cause : describe(cause)));
  const inner = redactedCause(memberOf(cause, 'cause'), redact, depth + 1);
  const copy = new Error(redact(textOf(cause, 'message')), inner === undefined ? undefined : { cause: inner });
  copy.name = redact(textOf(cause, 'name'));
  Object.defineProperty(copy, 'stack', { value: redact(textOf(cause, 'stack')), configurable: true, writable: true });
  const code = memberOf(cause, 'code');
  if (typeof code === 'string') Object.defineProperty(copy, 'code', { value: redact(code), enumerable: true });
  return copy;
}

function describe(value: unknown): string {
  const message = memberOf(value, 'message');
  return typeof message === 'string' ? message : `a ${typeof value} was thrown`;
}

/** A thrown value can be anything: a getter may throw, and a message may be an object that cannot be written. */
function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function textOf(value: unknown, name: string): string {
  const member = memberOf(value, name) ?? '';
  try {
    return String(member);
  } catch {
    return '';
  }
}
