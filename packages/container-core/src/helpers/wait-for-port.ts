import type { Socket } from 'node:net';
import { callShape } from '../driver-kit/validate/call-options.js';
import type { CallOptions } from '../types/call-options.js';
import type { ContainerRef, Endpoint } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import { tcpEndpoint } from './endpoint-url.js';
import { helperOptions } from './helper-options.js';
import { type Attempt, untilContainer } from './until-container.js';

const CONNECT_TIMEOUT_MS = 5000;
/** An engine's own proxy accepts a connection before it finds that nothing listens behind, and then closes it. */
const STAYS_OPEN_MS = 250;

/**
 * Waits until a published TCP port of a container takes connections, and returns the endpoint.
 *
 * A connection counts when the server sends something or keeps it open for a quarter of a second. `timeoutMs` has no default.
 * Codes: `deployment-failed` when the container stops first (with exit code and last log lines), `precondition-failed` when it was never started,
 * `not-found` when it does not publish the port, `timeout`.
 *
 * ```ts
 * const { host, port } = await waitForPort(driver, container, 5432, { timeoutMs: 30_000 });
 * ```
 */
export async function waitForPort(
  driver: ContainerDriver,
  container: ContainerRef,
  port: number,
  options: CallOptions = {},
): Promise<Endpoint> {
  const { given } = helperOptions(driver, 'waitForPort', callShape, options);
  return untilContainer(driver, container, 'waitForPort', given, async (current, signal): Promise<Attempt<Endpoint>> => {
    if (current.state === 'stopped') return { why: 'the container has stopped' };
    const endpoint = tcpEndpoint(current, port, 'waitForPort');
    const why = await refusalOf(endpoint, signal);
    return why === undefined ? { value: endpoint } : { why };
  });
}

/** Why nothing listens there; `undefined` when something does. The connection is closed in any case. */
async function refusalOf({ host, port }: Endpoint, signal: AbortSignal): Promise<string | undefined> {
  const { connect } = await import('node:net');
  signal.throwIfAborted();
  const at = `${host} port ${port}`;
  const socket: Socket = connect({ host, port });
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(() => resolve(`${at} does not answer`), CONNECT_TIMEOUT_MS);
      socket.once('connect', () => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve(undefined), STAYS_OPEN_MS);
      });
      socket.once('data', () => resolve(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(`${at}: ${error.code ?? error.message}`));
      socket.once('close', () => resolve(`${at} closed the connection at once`));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    socket.on('error', () => undefined).destroy();
  }
}
