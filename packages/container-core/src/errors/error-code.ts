/** The closed set of reasons for which any call of any driver or client fails. */
export const ERROR_CODES = [
  'not-found',
  'conflict',
  'invalid-argument',
  'unsupported',
  'precondition-failed',
  'unauthenticated',
  'permission-denied',
  'rate-limited',
  'capacity',
  'image-pull',
  'deployment-failed',
  'timeout',
  'unavailable',
  'connection-lost',
  'integrity',
  'internal',
] as const;

/**
 * Why a call failed, the same word on every provider.
 *
 * - `not-found`: nothing has this id or name.
 * - `conflict`: the name is taken, or an idempotency key was used with other options.
 * - `invalid-argument`: refused before any request; the message names the field.
 * - `unsupported`: this provider does not do that; nothing was changed.
 * - `precondition-failed`: the thing is not in a state in which this can be done.
 * - `unauthenticated`: no credentials, or the provider does not know them.
 * - `permission-denied`: known, but not allowed.
 * - `rate-limited`: the provider asks to slow down; see `retryAfterMs`.
 * - `capacity`: the provider has no room for it now, or this machine has no file, port or process left.
 * - `image-pull`: the image cannot be had.
 * - `deployment-failed`: accepted, then it failed, or it was rolled back.
 * - `timeout`: the deadline of the call passed; its outcome may be unknown.
 * - `unavailable`: the provider cannot be reached or answers with a server error; after a server error the outcome may be unknown.
 * - `connection-lost`: the connection broke after the call had begun; its outcome may be unknown.
 * - `integrity`: bytes are not what their digest or size says, or a reply is larger than its limit.
 * - `internal`: a defect of a driver or a reply that makes no sense.
 *
 * Where the outcome may be unknown, `retryable` tells whether the call may be repeated all the same.
 */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Codes of failures that the same call may survive when it is tried again later. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['rate-limited', 'capacity', 'timeout', 'unavailable', 'connection-lost']);

export function isRetryableCode(code: ErrorCode): boolean {
  return RETRYABLE.has(code);
}
