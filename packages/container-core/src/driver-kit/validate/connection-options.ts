import type { CredentialSource, RetryOptions, TlsOptions } from '../../types/connection-options.js';
import { integerFrom, numberFrom, objectWith, secretText } from './checks.js';
import { type Check, type ChecksOf, shape } from './shape.js';
import { bool, list } from './values.js';

/** PEM, as text or bytes; never shown. */
const pem: Check<string | Buffer> = (refuse, field, value) =>
  (typeof value === 'string' && value !== '') || Buffer.isBuffer(value) ? value : refuse(field, 'PEM as a string or a Buffer');

const authorities: Check<string | Buffer | readonly (string | Buffer)[]> = (refuse, field, value) =>
  Array.isArray(value)
    ? list(refuse, field, value).map((each, index) => pem(refuse, `${field}[${index}]`, each))
    : pem(refuse, field, value);

/** Checks {@link TlsOptions}; whether Node can read the certificates shows with the first connection. */
export const tlsOptions = shape({
  ca: authorities,
  cert: pem,
  key: pem,
  passphrase: secretText,
  /** True or false. */
  verify: bool,
} satisfies ChecksOf<TlsOptions>);

/** Checks {@link RetryOptions}. */
export const retryOptions = shape({
  retries: integerFrom(0, 1000),
  baseDelayMs: numberFrom(0, 60_000, ' milliseconds'),
  maxRetryAfterMs: numberFrom(0, Number.POSITIVE_INFINITY, ' milliseconds'),
} satisfies ChecksOf<RetryOptions>);

/** Checks a `Keychain`, or what stands in for one, by its method. */
export const credentialSource = objectWith<CredentialSource>('resolve');
