import { ContainerError, type ErrorCode } from '@cloud/container-core';
import { isError, isPeerLost } from '@cloud/container-core/driver-kit';
import { EngineHttpError } from './transport/engine-http-error.js';

/** What sockets say when there is nobody at an address. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTSOCK',
  'ETIMEDOUT',
]);
const LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_EOF_STATE']);

/**
 * Makes a `ContainerError` of whatever a call to an engine threw.
 *
 * - a status of the engine: see {@link codeOfStatus}; the engine's own sentence is kept
 * - no connection: `unavailable`; no permission for the socket: `permission-denied`; a certificate that is not trusted: `unauthenticated`
 * - a connection that broke, or whose peer vanished: `connection-lost`; one that speaks no HTTP: `unavailable`
 * - anything else is a defect: `internal`
 */
export function mapError(error: unknown, operation: string, address: string): ContainerError {
  if (ContainerError.isInstance(error)) return error;
  if (error instanceof EngineHttpError) {
    const code = codeOfStatus(error.status, error.reason);
    return new ContainerError(
      code,
      `${operation}: the engine refused: ${error.reason}${/[.!?]/.test(error.reason.at(-1) ?? '') ? '' : '.'}`,
      {
        httpStatus: error.status,
        cause: error,
      },
    );
  }
  const { code = '', message }: NodeJS.ErrnoException = isError(error) ? error : new Error(`a ${typeof error} was thrown`);
  if (isPeerLost(error)) {
    return new ContainerError('connection-lost', `${operation}: the engine at ${address} no longer answers (${code}).`, {
      vendorCode: 'ETIMEDOUT',
      cause: error,
    });
  }
  if (UNREACHABLE.has(code)) {
    return new ContainerError('unavailable', `${operation}: no engine answers at ${address} (${code}); is it running?`, {
      ...(code === 'ETIMEDOUT' ? { vendorCode: code } : {}),
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'be a member of the group that owns the socket, or use a rootless engine';
    return new ContainerError('permission-denied', `${operation}: ${address} may not be opened (${code}); ${hint}.`, { cause: error });
  }
  if (LOST.has(code)) {
    return new ContainerError('connection-lost', `${operation}: the connection to the engine at ${address} broke: ${message}.`, {
      cause: error,
    });
  }
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)/.test(code)) {
    return new ContainerError('unauthenticated', `${operation}: TLS with ${address} failed: ${message}; see the option tls.`, {
      cause: error,
    });
  }
  if (code.startsWith('HPE_') || code === 'EPROTO') {
    return new ContainerError('unavailable', `${operation}: what answers at ${address} does not speak HTTP (${code}).`, { cause: error });
  }
  return new ContainerError('internal', `${operation} failed: ${message}.`, { cause: error });
}

/** Whether no engine was reached, so that it cannot have received anything. */
export function isUnreachable(error: unknown): boolean {
  return isError(error) && UNREACHABLE.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Whether the engine says that there is no such thing, also when it went while the engine was at work on it. */
export function saysGone(error: unknown): boolean {
  return error instanceof EngineHttpError && codeOfStatus(error.status, error.reason) === 'not-found';
}

/** What tells the kind of an error stands at its beginning; a reason of megabytes is not searched further. */
const MAX_SEARCHED_LENGTH = 4096;

/** `open DATA/containers/ID/ID-json.log: no such file or directory`; of the driver `local`, `…/local-logs/container.log`. */
const MISSING_LOG = /^(?:Error grabbing logs: )?open \S+\/containers\/[0-9a-f]{64}\/\S+\.log: no such file or directory$/i;

/** 409 has two meanings, and 500 is what the engine says to nearly everything that went wrong later. */
export function codeOfStatus(status: number, fullReason: string): ErrorCode {
  const reason = fullReason.slice(0, MAX_SEARCHED_LENGTH);
  if (/no space left on device|cannot allocate memory/i.test(reason)) return 'capacity';
  if (/toomanyrequests|too many requests/i.test(reason)) return 'rate-limited';
  if (/port is already allocated|address already in use/i.test(reason)) return 'conflict';
  if (status === 400) return /client version \S+ is too (old|new)/i.test(reason) ? 'unsupported' : 'invalid-argument';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'permission-denied';
  if (status === 404) return 'not-found';
  if (status === 409)
    return /not running|is paused|not paused|already paused|is restarting|improper|running containers/i.test(reason)
      ? 'precondition-failed'
      : 'conflict';
  if (status === 429) return 'rate-limited';
  if (status === 501) return 'unsupported';
  if (status >= 500) {
    // In podman's words, of a container that goes while it works on it.
    if (/no such container$|container has already been removed$/i.test(reason)) return 'not-found';
    // Docker removes the log of a container before the container. Other files that are missing say nothing of the kind.
    if (MISSING_LOG.test(reason)) return 'not-found';
    if (/marked for removal/i.test(reason)) return 'conflict';
    return /improper|not running|not paused|a stopped container|running containers/i.test(reason) ? 'precondition-failed' : 'unavailable';
  }
  // The engine redirects only what its router can't make sense of.
  return 'internal';
}
