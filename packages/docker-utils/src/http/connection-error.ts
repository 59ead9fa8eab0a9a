import { ContainerError } from '@cloud/container-core';
import { isError, isPeerLost, systemLimitError } from '@cloud/container-core/driver-kit';

const UNREACHABLE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_BAD_RESPONSE']);

/** A URL that may be shown: without its query, which can carry signatures, and without user and password. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Makes a `ContainerError` of what a socket, TLS or axios says; one that is a `ContainerError` already stays as it is.
 *
 * - no file, port or memory left on this machine → `capacity`
 * - cannot be reached (refused, no such host, no route) → `unavailable`
 * - broke after it was made, or its peer vanished → `connection-lost`
 * - TLS that can't be trusted or is none, and replies that are not HTTP → `unavailable`, not retryable
 */
export function connectionError(error: unknown, url: URL): ContainerError {
  if (ContainerError.isInstance(error)) return error;
  // axios wraps what an agent or a lookup of ours says.
  const inner = isError(error) ? error.cause : undefined;
  if (ContainerError.isInstance(inner)) return inner;
  const limit = systemLimitError(error);
  if (limit !== undefined) return limit;
  const code = String((error as { code?: unknown }).code ?? '');
  const message = isError(error) ? error.message : String(error);
  if (isPeerLost(error)) {
    return new ContainerError('connection-lost', `${url.host} no longer answers (${code}).`, { vendorCode: code, cause: error });
  }
  if (code === 'ETIMEDOUT') {
    return new ContainerError('unavailable', `${url.host} cannot be reached (${code}).`, { vendorCode: code, cause: error });
  }
  if (UNREACHABLE.has(code)) return new ContainerError('unavailable', `${url.host} cannot be reached (${code}).`, { cause: error });
  if (BROKEN.has(code) || /socket hang up|aborted/i.test(message)) {
    return new ContainerError('connection-lost', `The connection to ${url.host} broke off (${code || message}).`, { cause: error });
  }
  if (/CERT|SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY|ERR_TLS/.test(code)) {
    return new ContainerError('unavailable', `The certificate of ${url.host} is not trusted (${code}); give its authority as "tls.ca".`, {
      retryable: false,
      cause: error,
    });
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return new ContainerError('unavailable', `${url.host} does not speak TLS as expected; for plain http give "insecure: true".`, {
      retryable: false,
      cause: error,
    });
  }
  if (code.startsWith('HPE_')) {
    return new ContainerError('unavailable', `${url.host} does not answer in HTTP (${code}).`, { retryable: false, cause: error });
  }
  return new ContainerError('unavailable', `The request to ${shownUrl(url)} failed (${code || message}).`, { cause: error });
}

/** What a connection that stands still fails with. */
export function stalled(url: URL, stallTimeoutMs: number): ContainerError {
  return new ContainerError('timeout', `${url.host} made no progress for ${stallTimeoutMs} ms.`);
}
