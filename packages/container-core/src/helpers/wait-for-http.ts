import type { ClientRequest, IncomingMessage } from 'node:http';
import { CALL_OPTIONS } from '../driver-kit/validate/call-options.js';
import { integerFrom, oneOfThese } from '../driver-kit/validate/checks.js';
import { type Check, type ChecksOf, required, shape } from '../driver-kit/validate/shape.js';
import { bool } from '../driver-kit/validate/values.js';
import type { CallOptions } from '../types/call-options.js';
import type { ContainerRef } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import { tcpEndpoint, urlOf } from './endpoint-url.js';
import { helperOptions } from './helper-options.js';
import { type Attempt, untilContainer } from './until-container.js';

/** What to request, and which answer to wait for. */
export interface WaitForHttpOptions extends CallOptions {
  /** The container's own port, which must be published. */
  readonly port: number;
  /** `/` by default. */
  readonly path?: string | undefined;
  /** The status to wait for; by default any from 200 to 399, as of a Kubernetes probe. Redirects are not followed. */
  readonly status?: number | undefined;
  /** `http` by default. */
  readonly protocol?: 'http' | 'https' | undefined;
  /** Accept any certificate with `https`; false by default. */
  readonly insecure?: boolean | undefined;
}

const ANSWER_TIMEOUT_MS = 5000;

const httpPath: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && /^\/[\x21-\x7e]*$/.test(value)
    ? value
    : refuse(field, 'a path that begins with / and has visible ASCII characters only', value);

const httpOptions = shape({
  port: required(integerFrom(1, 65_535)),
  path: httpPath,
  status: integerFrom(100, 599),
  protocol: oneOfThese('http', 'https'),
  insecure: bool,
  ...CALL_OPTIONS,
} satisfies ChecksOf<WaitForHttpOptions>);

/**
 * Waits until a container answers an HTTP GET request, and returns the URL.
 *
 * `timeoutMs` has no default. Codes: `deployment-failed` when the container stops first (with exit code and last log lines), `precondition-failed`
 * when it was never started, `not-found` when it does not publish the port, `timeout` (with the last answer).
 *
 * ```ts
 * const url = await waitForHttp(driver, container, { port: 8080, path: '/health', timeoutMs: 60_000 });
 * ```
 */
export async function waitForHttp(driver: ContainerDriver, container: ContainerRef, options: WaitForHttpOptions): Promise<string> {
  const { given } = helperOptions(driver, 'waitForHttp', httpOptions, options);
  const { port, path = '/', status, protocol = 'http', insecure = false } = given;
  const isExpected = (answered: number) => (status === undefined ? answered >= 200 && answered < 400 : answered === status);

  return untilContainer(driver, container, 'waitForHttp', given, async (current, signal): Promise<Attempt<string>> => {
    if (current.state === 'stopped') return { why: 'the container has stopped' };
    const url = urlOf(tcpEndpoint(current, port, 'waitForHttp'), protocol, path);
    const answered = await answerOf(url, insecure, signal);
    // A query can hold a token.
    const shown = url.replace(/\?.*/, '');
    if (typeof answered === 'string') return { why: `${shown}: ${answered}` };
    return isExpected(answered) ? { value: url } : { why: `${shown} answered with status ${answered}` };
  });
}

/** The status of the answer, or why none came. The connection is closed in any case. */
async function answerOf(url: string, insecure: boolean, signal: AbortSignal): Promise<number | string> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  signal.throwIfAborted();
  let request: ClientRequest | undefined;
  let reply: IncomingMessage | undefined;
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  try {
    return await new Promise<number | string>((resolve, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => resolve('no answer'), ANSWER_TIMEOUT_MS);
      // A connection of its own, so that none stays open.
      request = get(url, { agent: false, ...(insecure ? { rejectUnauthorized: false } : {}) });
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      request.once('response', (response) => {
        reply = response;
        response.on('error', () => undefined);
        resolve(response.statusCode ?? 0);
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    reply?.destroy();
    request?.destroy();
  }
}
