import type { CallOptions } from '../../types/call-options.js';
import type { Prepare } from './prepare.js';
import type { Refuse } from './refusal.js';
import { onlyKnownKeys, record } from './values.js';

/** Checks `signal`, `timeoutMs` and `stallTimeoutMs`, which every call may have. */
export function callOptions(refuse: Refuse, value: unknown): CallOptions & { readonly stallTimeoutMs?: number | undefined } {
  if (value === undefined) return {};
  const options = record(refuse, 'options', value);
  const { signal } = options;
  if (signal !== undefined && !isAbortSignal(signal)) refuse('signal', 'an AbortSignal', signal);
  for (const field of ['timeoutMs', 'stallTimeoutMs']) {
    const milliseconds = options[field];
    if (milliseconds !== undefined && !(typeof milliseconds === 'number' && milliseconds > 0)) {
      refuse(field, 'a number of milliseconds above 0, or Infinity', milliseconds);
    }
  }
  return options as CallOptions;
}

/** By its shape, since polyfills and other realms have classes of their own. */
function isAbortSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as AbortSignal).aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function'
  );
}

/**
 * A preparation that first refuses options which the call does not take: a misspelt one must not be one that is silently not there.
 *
 * @param keys besides `signal` and `timeoutMs`, which every call takes
 */
export function taking<Arguments>(options: unknown, keys: readonly string[], prepare: Prepare<Arguments>): Prepare<Arguments> {
  return (refuse) => {
    if (options !== undefined) onlyKnownKeys(refuse, '', record(refuse, 'options', options), [...keys, 'signal', 'timeoutMs']);
    return prepare(refuse);
  };
}
