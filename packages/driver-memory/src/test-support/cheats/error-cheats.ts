import { ContainerError } from '@cloud/container-core';
import type { Cheat } from './cheat.js';

export const errorCheats: readonly Cheat[] = [
  {
    does: 'throws errors of its own kind',
    row: 'get.miss',
    with: (honest) => ({
      getContainer: (reference, options) =>
        honest.getContainer(reference, options).catch((error: unknown) => {
          throw new Error('404', { cause: error });
        }),
    }),
  },
  {
    does: 'shows the password in an error',
    row: 'errors.credentials-of-deploy',
    with: (honest) => ({
      deployContainer: (options) =>
        honest.deployContainer(options).catch((error: unknown) => {
          throw new ContainerError('image-pull', `Login as ${options.credentials?.password} failed.`, {
            provider: 'memory',
            operation: 'deployContainer',
            cause: error,
          });
        }),
    }),
  },
  {
    does: 'hides the password deep in a field of an error',
    row: 'errors.credentials-of-install',
    with: (honest) => ({
      installImage: (image, options) =>
        honest.installImage(image, options).catch((error: unknown) => {
          const leaking = new ContainerError('image-pull', 'The login failed.', {
            provider: 'memory',
            operation: 'installImage',
            cause: error,
          });
          throw Object.defineProperty(leaking, 'request', { value: { headers: { auth: { ...options?.credentials } } }, enumerable: false });
        }),
    }),
  },
  {
    does: 'hangs on after an abort',
    row: 'abort.wait',
    with: (honest) => ({ waitForContainer: (reference, { until }) => honest.waitForContainer(reference, { until }) }),
  },
  {
    does: 'follows on after an abort',
    row: 'abort.follow',
    with: (honest) => ({ containerLogs: (reference, { signal: _signal, ...options } = {}) => honest.containerLogs(reference, options) }),
  },
  {
    does: 'rejects an abort with an error of its own',
    row: 'abort.reason',
    with: (honest) => ({
      waitForContainer: (reference, options) =>
        honest.waitForContainer(reference, options).catch(() => {
          throw new DOMException('Aborted', 'AbortError');
        }),
    }),
  },
  {
    does: 'leaves the container of an aborted deploy behind',
    row: 'abort.deploy',
    with: (honest) => ({
      deployContainer: async ({ signal, ...options }) => {
        signal?.throwIfAborted();
        const container = await honest.deployContainer(options);
        signal?.throwIfAborted();
        return container;
      },
    }),
  },
  {
    does: 'takes no notice of deadlines',
    row: 'wait.deadline',
    with: (honest) => ({
      waitForContainer: (reference, { timeoutMs: _deadline, ...options }) => honest.waitForContainer(reference, options),
    }),
  },
  {
    does: 'goes on after close()',
    row: 'connection.closed',
    with: () => ({ close: async () => undefined }),
  },
  {
    does: 'declares what it does not do',
    row: 'connection.declaration',
    with: (honest) => ({ capabilities: { ...honest.capabilities, uniqueNames: false } }),
  },
  {
    does: 'carries out nothing and says nothing where it has no such call',
    row: 'unsupported.pause',
    with: (honest) => ({ pauseContainer: (reference) => honest.getContainer(reference) }),
  },
];
