import { ContainerError, type ErrorCode } from '@cloud/container-core';
import { shownUrl } from './connection-error.js';
import { type Call, type HttpReply, header } from './exchange.js';
import { readBody, SMALL_BODY_BYTES } from './read-body.js';
import { retryAfterMs } from './retry-after.js';

/** Codes of the distribution specification, and what registries answer besides. */
const BY_REGISTRY_CODE: Readonly<Record<string, ErrorCode>> = {
  BLOB_UNKNOWN: 'not-found',
  BLOB_UPLOAD_UNKNOWN: 'not-found',
  MANIFEST_UNKNOWN: 'not-found',
  NAME_UNKNOWN: 'not-found',
  DIGEST_INVALID: 'integrity',
  SIZE_INVALID: 'integrity',
  MANIFEST_BLOB_UNKNOWN: 'precondition-failed',
  MANIFEST_INVALID: 'invalid-argument',
  NAME_INVALID: 'invalid-argument',
  TAG_INVALID: 'invalid-argument',
  DENIED: 'permission-denied',
  UNAUTHORIZED: 'unauthenticated',
  UNSUPPORTED: 'unsupported',
  TOOMANYREQUESTS: 'rate-limited',
};

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'permission-denied';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 405 || status === 501) return 'unsupported';
  if (status === 408) return 'timeout';
  if (status === 409) return 'conflict';
  if (status === 412 || status === 416) return 'precondition-failed';
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'unavailable';
  return status >= 400 ? 'invalid-argument' : 'internal';
}

/**
 * Makes a `ContainerError` of a reply that is no success, with the registry's own code and message, and `Retry-After`.
 *
 * Reads at most 64 KiB of it; a page of HTML in place of JSON is left out.
 */
export async function errorOfReply(reply: HttpReply, call: Call, what: string): Promise<ContainerError> {
  const { vendorCode, message } = await readReason(reply, call);
  const { status } = reply;
  const overloaded = status === 429 || status >= 500;
  const known = vendorCode === undefined || overloaded || status === 401 ? undefined : BY_REGISTRY_CODE[vendorCode];
  const code = /immutable/i.test(message ?? '') && status >= 400 && status < 500 ? 'conflict' : (known ?? codeOfStatus(status));
  const reason = [vendorCode, message].filter((part) => part !== undefined).join(': ');
  return new ContainerError(code, `${what}: HTTP status ${status} from ${shownUrl(reply.url)}${reason === '' ? '' : ` (${reason})`}.`, {
    httpStatus: status,
    vendorCode,
    // A digest that was refused does not get better; a busy registry does.
    retryAfterMs: overloaded ? retryAfterMs(reply.headers) : undefined,
    requestId: header(reply, 'x-request-id') ?? header(reply, 'x-amzn-requestid') ?? header(reply, 'docker-request-id'),
  });
}

const MAX_MESSAGE_LENGTH = 300;

/** Only of a text without secrets: a part of one would not be found any more. */
function shortened(redacted: string): string {
  return redacted.length > MAX_MESSAGE_LENGTH ? `${redacted.slice(0, MAX_MESSAGE_LENGTH)}…` : redacted;
}

async function readReason(reply: HttpReply, call: Call): Promise<{ vendorCode: string | undefined; message: string | undefined }> {
  let document: Record<string, unknown> = {};
  try {
    document = Object(JSON.parse((await readBody(reply, call, SMALL_BODY_BYTES)).toString('utf8')));
  } catch {
    // The status says enough; but an abort is an abort.
    call.signal.throwIfAborted();
  }
  const [first] = Array.isArray(document['errors']) ? document['errors'] : [];
  const { code, message, detail } = Object(first ?? document) as Record<string, unknown>;
  const text = [message, detail].find((part) => typeof part === 'string' && part !== '');
  return {
    vendorCode: typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : undefined,
    message: typeof text === 'string' ? shortened(call.redact(text.replace(/\s+/g, ' '))) : undefined,
  };
}
