import { type ErrorCode, isRetryableCode } from './error-code.js';
import { type KindsOf, wrongMember } from './member-kinds.js';
import { createRedactor, type Redactor } from './redact.js';
import { redactedCause } from './redacted-cause.js';

/** Shared by every copy of this package that a program may have loaded, ESM or CJS. */
const MARKER = Symbol.for('@cloud/container-core/ContainerError');

/** What a {@link ContainerError} is made of besides its code and message. */
export interface ContainerErrorDetails {
  readonly provider?: string | undefined;
  readonly operation?: string | undefined;
  /** Whether the same call may be made again; by default decided by the code, and for a driver's calls by whether they are safe to repeat. */
  readonly retryable?: boolean | undefined;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The provider's own word, such as `ClusterNotFoundException` or `MANIFEST_UNKNOWN`. */
  readonly vendorCode?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | undefined;
  /** Any thrown value; a redacted copy of it is kept. */
  readonly cause?: unknown;
  /** Takes secrets out of the message and the cause; by default whatever looks like a credential. */
  readonly redact?: Redactor | undefined;
}

const DETAIL_KINDS: KindsOf<ContainerErrorDetails> = {
  provider: 'a string',
  operation: 'a string',
  retryable: 'true or false',
  retryAfterMs: 'a number',
  vendorCode: 'a string',
  httpStatus: 'a number',
  requestId: 'a string',
  cause: 'anything',
  redact: 'a function',
};

/**
 * The one error that drivers and clients throw (an aborted call rejects with its signal's own reason instead).
 *
 * Tell kinds apart by `code`; recognise it with {@link ContainerError.isInstance}, which also works across several
 * loaded copies of this package. Neither message nor stack, cause, JSON form or inspection carries a secret.
 *
 * ```ts
 * try {
 *   await driver.getContainer(id);
 * } catch (error) {
 *   if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
 * }
 * ```
 */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
  /** What kind of failure it is, from the closed set of {@link ErrorCode}. */
  readonly code: ErrorCode;
  /** The driver or client that failed, such as `docker`, `ecs` or `registry`. */
  declare readonly provider?: string;
  /** The call that failed, such as `deployContainer`. */
  declare readonly operation?: string;
  /**
   * Whether you may make the same call again, with nothing changed: it may succeed later, and it does no more than once.
   *
   * A call that is not safe to repeat (a command, a start, a restart, a signal, a rename, a copy into a container, a deploy without a unique name or
   * an `idempotencyKey`) stays retryable only while its request cannot have been carried out. After that a `timeout`, `unavailable` or
   * `connection-lost` is not retryable: check what became of it first.
   */
  readonly retryable: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** The provider's own word, such as `ClusterNotFoundException` or `MANIFEST_UNKNOWN`. */
  declare readonly vendorCode?: string;
  /** Of the reply that refused the call. */
  declare readonly httpStatus?: number;
  /** The provider's own number for the request, for its support. */
  declare readonly requestId?: string;

  constructor(code: ErrorCode, message: string, details: ContainerErrorDetails = {}) {
    const wrong = wrongMember(details, DETAIL_KINDS);
    if (wrong !== undefined) throw new ContainerError('invalid-argument', `ContainerError: ${wrong}${wrong.endsWith('?') ? '' : '.'}`);
    const redact = details.redact ?? createRedactor();
    const cause = redactedCause(details.cause, redact);
    super(redact(message), cause === undefined ? undefined : { cause });
    Object.defineProperty(this, MARKER, { value: true });
    this.code = code;
    this.retryable = details.retryable ?? isRetryableCode(code);
    if (details.provider !== undefined) this.provider = details.provider;
    if (details.operation !== undefined) this.operation = details.operation;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.vendorCode !== undefined) this.vendorCode = redact(details.vendorCode);
    if (details.httpStatus !== undefined) this.httpStatus = details.httpStatus;
    if (details.requestId !== undefined) this.requestId = redact(details.requestId);
  }

  /** Whether a value is a `ContainerError` of this or any other loaded copy of the package. */
  static isInstance(value: unknown): value is ContainerError {
    try {
      return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true;
    } catch {
      // A Proxy that refuses to be looked at.
      return false;
    }
  }

  /** The error as plain data, for logs and `--json` outputs. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, provider, operation, retryable, retryAfterMs, vendorCode, httpStatus, requestId } = this;
    return { name, code, message, provider, operation, retryable, retryAfterMs, vendorCode, httpStatus, requestId };
  }
}

/** The details that an error already has, so that it can be made again with more of them. */
export function detailsOf(error: ContainerError): ContainerErrorDetails {
  const { provider, operation, retryable, retryAfterMs, vendorCode, httpStatus, requestId, cause } = error;
  return { provider, operation, retryable, retryAfterMs, vendorCode, httpStatus, requestId, cause };
}
