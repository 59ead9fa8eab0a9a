import type { CallOptions, TransferOptions } from '../../types/call-options.js';
import { abortSignal, milliseconds } from './checks.js';
import type { Prepare } from './prepare.js';
import type { Refuse } from './refusal.js';
import { type ChecksOf, shape } from './shape.js';
import { onlyKnownKeys, record } from './values.js';

/** The checks of the options that every call takes; part of the shape of each call's options. */
export const CALL_OPTIONS = { signal: abortSignal, timeoutMs: milliseconds } satisfies ChecksOf<CallOptions>;

/** The checks of the options that every transfer takes. */
export const TRANSFER_OPTIONS = { ...CALL_OPTIONS, stallTimeoutMs: milliseconds } satisfies ChecksOf<TransferOptions>;

/** The options of a call that takes no others. */
export const callShape = shape(CALL_OPTIONS);

/** The options of a transfer that takes no others. */
export const transferShape = shape(TRANSFER_OPTIONS);

const TRANSFER_CHECKS = Object.entries(TRANSFER_OPTIONS);

/** Checks `signal`, `timeoutMs` and `stallTimeoutMs`; other members are not checked. */
export function callOptions(refuse: Refuse, value: unknown): TransferOptions {
  if (value === undefined) return {};
  const options = record(refuse, 'options', value);
  for (const [field, check] of TRANSFER_CHECKS) if (options[field] !== undefined) check(refuse, field, options[field]);
  return options as TransferOptions;
}

/**
 * A preparation that first refuses options which the call does not take: without that, a misspelled option would have no effect and no error.
 *
 * @param keys besides `signal` and `timeoutMs`, which every call takes
 */
export function taking<Arguments>(options: unknown, keys: readonly string[], prepare: Prepare<Arguments>): Prepare<Arguments> {
  return (refuse) => {
    if (options !== undefined) onlyKnownKeys(refuse, '', record(refuse, 'options', options), [...keys, 'signal', 'timeoutMs']);
    return prepare(refuse);
  };
}
