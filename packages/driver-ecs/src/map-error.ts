import { ContainerError, type ErrorCode } from '@cloud/container-core';
import { isError, isPeerLost } from '@cloud/container-core/driver-kit';

/** The error names of ECS, ECR, CloudWatch Logs, EC2 and of signing, by what they mean. */
const CODES: readonly (readonly [ErrorCode, RegExp])[] = [
  [
    'rate-limited',
    /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown)$/,
  ],
  [
    'unauthenticated',
    /^(UnrecognizedClient(Exception)?|InvalidSignatureException|SignatureDoesNotMatch|ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|MissingAuthenticationToken(Exception)?|IncompleteSignature(Exception)?|AuthFailure|InvalidToken|CredentialsProviderError|TokenProviderError|NotAuthorizedException)$/,
  ],
  ['permission-denied', /^(AccessDenied(Exception)?|UnauthorizedOperation|OptInRequired|BlockedException|KmsException)$/],
  ['not-found', /NotFound(Exception)?$|^(NamespaceNotFoundException|InvalidSubnetID\.NotFound)$/],
  [
    'conflict',
    /^(ConflictException|ClusterContains\w+Exception|UpdateInProgressException|ResourceInUseException|ResourceAlreadyExistsException|\w+AlreadyExistsException|RepositoryNotEmptyException|OperationAbortedException|ReferencedImagesNotFoundException|ImageTagAlreadyExistsException)$/,
  ],
  ['integrity', /^ReplyTooLargeError$/],
  ['capacity', /^(LimitExceeded(Exception)?|AttributeLimitExceededException|LayersLimitExceeded)$/],
  ['precondition-failed', /^(ServiceNotActiveException|TargetNotConnectedException|NoUpdateAvailableException|MissingVersionException)$/],
  ['unsupported', /^UnsupportedFeatureException$/],
  ['timeout', /^RequestTimeout(Exception)?$/],
  [
    'unavailable',
    /^(ServerException|InternalFailure|InternalServerError|InternalServerException|ServiceUnavailable(Exception)?|ServiceException)$/,
  ],
  [
    'invalid-argument',
    /^(ClientException|InvalidParameter(Exception|Value|Combination)?|ValidationException|ValidationError|SerializationException|Platform\w+Exception|InvalidTagParameterException|InvalidAction)$/,
  ],
];

/** Names under which ECS says many things, some of which only the message tells. */
const GENERAL = /^(ClientException|InvalidParameterException)$/;
const BY_MESSAGE: readonly (readonly [ErrorCode, RegExp])[] = [
  ['rate-limited', /RequestLimitExceeded|rate exceeded|too many concurrent attempts/i],
  ['capacity', /^No Container Instances were found|reached the limit on/i],
];

/** Faults of the connection, by Node's codes: whether the request can have been carried out decides between the two. */
const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|EHOSTDOWN|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS)/;
const LOST = /^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)/;

interface SdkError extends Error {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/**
 * Makes a `ContainerError` of what the AWS SDK throws.
 *
 * 1. A known error name decides. 2. Then Node's code of a broken connection. 3. Then the HTTP status: 429, 401, 403 and 5xx. 4. A reply
 * that is no JSON (a proxy's HTML page) is `unavailable`. 5. The rest is `internal`.
 *
 * Only name, message, status, request id and Retry-After are read: the SDK's `$response` carries the request with its session token.
 */
export function mapError(error: unknown, operation: string): ContainerError {
  if (ContainerError.isInstance(error)) return error;
  if (!isError(error)) return new ContainerError('internal', `${operation}: the AWS SDK threw a ${typeof error}.`, { cause: error });
  const { $metadata, $response } = error as SdkError;
  const httpStatus = $response?.statusCode ?? $metadata?.httpStatusCode;
  const code = codeOf(error as SdkError, httpStatus);
  return new ContainerError(code, `${operation}: ${explain(code, error)}`, {
    vendorCode: hasNoAnswer(error as SdkError) ? 'ETIMEDOUT' : error.name === 'Error' ? nodeCode(error) : error.name,
    httpStatus,
    requestId: $metadata?.requestId,
    retryAfterMs: retryAfter($response?.headers),
    cause: error,
  });
}

function codeOf(error: SdkError, status: number | undefined): ErrorCode {
  // The SDK calls every fault of a connection a TimeoutError.
  const byMessage = GENERAL.test(error.name) ? BY_MESSAGE.find(([, pattern]) => pattern.test(error.message))?.[0] : undefined;
  if (byMessage !== undefined) return byMessage;
  const byName = error.name === 'TimeoutError' ? undefined : CODES.find(([, names]) => names.test(error.name))?.[0];
  if (byName !== undefined) return byName;
  const node = nodeCode(error) ?? '';
  if (UNREACHABLE.test(node)) return 'unavailable';
  if (LOST.test(node) || /socket hang up|aborted/i.test(error.message)) return 'connection-lost';
  if (isPeerLost(error)) return 'connection-lost';
  if (isNeverConnected(error)) return 'unavailable';
  if (error.name === 'TimeoutError' || node === 'ETIMEDOUT') return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'permission-denied';
  if (status !== undefined && status >= 500) return 'unavailable';
  if (error instanceof SyntaxError) return 'unavailable';
  if (status !== undefined && status >= 400) return 'invalid-argument';
  return /region is missing/i.test(error.message) ? 'invalid-argument' : 'internal';
}

/** Whether packets no longer reach AWS, or never did. */
function hasNoAnswer(error: SdkError): boolean {
  return isPeerLost(error) || isNeverConnected(error);
}

/** Node's `connect ETIMEDOUT`, or the SDK's own deadline for it (@smithy/node-http-handler: set-connection-timeout.ts), which has no code. */
function isNeverConnected({ code, syscall, message }: SdkError): boolean {
  return (syscall === 'connect' && code === 'ETIMEDOUT') || /did not establish a connection/.test(message);
}

const ADVICE: Partial<Record<ErrorCode, string>> = {
  unauthenticated: ' Check the credentials (option `credentials`, or what the AWS SDK finds: environment, profile, SSO, instance role).',
  'permission-denied': ' See docs/ecs.md for the IAM actions that each operation needs.',
};

function explain(code: ErrorCode, error: Error): string {
  if (error instanceof SyntaxError) return 'AWS (or a proxy on the way) answered with something that is not JSON.';
  const said = /\S/.test(error.message) && error.message !== 'UnknownError' ? error.message : error.name;
  const sentence = /[.!?]$/.test(said) ? said : `${said}.`;
  return `${sentence}${ADVICE[code] ?? ''}`;
}

/** Whether a request found nothing to connect to, so that it cannot have been carried out. */
export function isUnreachable(error: unknown): boolean {
  return isError(error) && UNREACHABLE.test(nodeCode(error) ?? '');
}

function nodeCode(error: SdkError): string | undefined {
  if (typeof error.code === 'string') return error.code;
  return isError(error.cause) ? nodeCode(error.cause as SdkError) : undefined;
}

/** Retry-After in seconds or as a date. */
function retryAfter(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const value = headers?.['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
