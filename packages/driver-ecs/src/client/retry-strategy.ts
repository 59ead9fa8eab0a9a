import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import type { RetryOptions } from '@cloud/container-core';

/** The SDK's own default. */
export const DEFAULT_RETRIES = 2;
const MAX_DELAY_MS = 20_000;
/** What the SDK repeats: requests that AWS throttled, and those that a broken connection or an overloaded service ended. */
const REPEATED: readonly string[] = ['THROTTLING', 'TRANSIENT'];
/** AWS asks clients to wait longer when it throttles. */
const THROTTLING_DELAY_FACTOR = 20;

/** How the SDK decides about repetitions, by the options that all packages share. */
export function retryStrategy({
  retries = DEFAULT_RETRIES,
  baseDelayMs = 50,
  maxRetryAfterMs = 60_000,
}: RetryOptions): NonNullable<ECSClientConfig['retryStrategy']> {
  const token = (count: number, delayMs: number) => ({ getRetryCount: () => count, getRetryDelay: () => delayMs });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (last, { errorType, retryAfterHint }) => {
      const count = last.getRetryCount();
      const requestedMs = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - Date.now();
      // The SDK then throws the error of the last attempt.
      if (!REPEATED.includes(errorType) || count >= retries || requestedMs > maxRetryAfterMs)
        throw new Error('The request is not repeated.');
      const base = errorType === 'THROTTLING' ? baseDelayMs * THROTTLING_DELAY_FACTOR : baseDelayMs;
      const delayMs = Math.min(MAX_DELAY_MS, base * 2 ** count) * (0.5 + Math.random() / 2);
      return token(count + 1, Math.max(delayMs, requestedMs));
    },
    recordSuccess: () => undefined,
  };
}
