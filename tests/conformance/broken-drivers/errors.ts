import { CAPABILITY_GROUPS, type CapabilityGroup, ContainerError } from '@cloud/container-core';
import { GROUP_CALLS } from '@cloud/container-core/driver-kit';
import { type BrokenDriver, NO_REJECTION } from './broken-driver.js';
import { CAPABILITIES } from './memory-capabilities.js';

function renamedOperation(error: unknown): never {
  if (!ContainerError.isInstance(error)) throw error;
  throw new ContainerError(error.code, error.message, { provider: 'memory', operation: 'request' });
}

/** Calls of a group that is not declared, which do nothing and say nothing. */
function carriedOut(group: CapabilityGroup, profile: 'tasks' | undefined): BrokenDriver | undefined {
  if (CAPABILITIES[profile ?? 'engine'].groups.includes(group)) return undefined;
  return {
    does: `carries out nothing and says nothing where it has no ${group}${profile === undefined ? '' : ', as tasks'}`,
    fails: { [`unsupported.${group}`]: NO_REJECTION },
    ...(profile === undefined ? {} : { profile }),
    with: () =>
      Object.fromEntries(GROUP_CALLS[group].map((call) => [call, group === 'events' ? async function* () {} : async () => undefined])),
  };
}

export const brokenErrors: readonly BrokenDriver[] = [
  {
    does: 'throws errors of its own kind',
    fails: { 'get.miss': '404' },
    with: (honest) => ({
      getContainer: (reference, options) =>
        honest.getContainer(reference, options).catch((error: unknown) => {
          throw new Error('404', { cause: error });
        }),
    }),
  },
  {
    does: 'shows the password in an error',
    fails: { 'errors.credentials-of-deploy': 'A secret can be seen in an error; it is not shown here again.' },
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
    fails: { 'errors.credentials-of-install': 'A secret can be seen in an error; it is not shown here again.' },
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
    fails: { 'abort.wait': 'The aborted call was not over after 2000 ms.' },
    with: (honest) => ({ waitForContainer: (reference, { until }) => honest.waitForContainer(reference, { until }) }),
  },
  {
    does: 'follows on after an abort',
    fails: { 'abort.follow': 'The aborted call was not over after 2000 ms.' },
    with: (honest) => ({
      getContainerLogs: (reference, { signal: _signal, ...options } = {}) => honest.getContainerLogs(reference, options),
    }),
  },
  {
    does: 'rejects an abort with an error of its own',
    fails: { 'abort.every-call': 'Aborted', 'abort.reason': 'expected false to be true' },
    with: (honest) => ({
      waitForContainer: (reference, options) =>
        honest.waitForContainer(reference, options).catch(() => {
          throw new DOMException('Aborted', 'AbortError');
        }),
    }),
  },
  {
    does: 'leaves the container of an aborted deploy behind',
    fails: { 'abort.deploy': '] to deeply equal []' },
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
    does: 'ignores deadlines',
    fails: { 'wait.deadline': 'The wait was not over after 2000 ms.' },
    with: (honest) => ({
      waitForContainer: (reference, { timeoutMs: _deadline, ...options }) => honest.waitForContainer(reference, options),
    }),
  },
  {
    does: 'does not say which call failed',
    fails: { 'errors.shape': "expected 'request' to be 'stopContainer" },
    with: (honest) => ({ stopContainer: (...call) => honest.stopContainer(...call).catch(renamedOperation) }),
  },
  {
    does: 'shows the environment in an error',
    fails: { 'errors.secret-of-environment': 'A secret can be seen in an error; it is not shown here again.' },
    with: (honest) => ({
      deployContainer: (options) =>
        honest.deployContainer(options).catch((error: unknown) => {
          const code = ContainerError.isInstance(error) ? error.code : 'internal';
          const message = `It failed with ${Object.entries(options.env ?? {}).join()}.`;
          throw new ContainerError(code, message, { provider: 'memory', operation: 'deployContainer', redact: (text) => text });
        }),
    }),
  },
  {
    does: 'ignores a misspelled option',
    fails: { 'validation.unknown-option': NO_REJECTION },
    with: (honest) => ({ getContainer: (reference) => honest.getContainer(reference) }),
  },
  {
    does: 'makes an id of whatever it is given',
    fails: { 'validation.calls': 'The code invalid-argument was expected, not not-found' },
    with: (honest) => ({
      getContainer: (reference, options) => honest.getContainer(`x${String(reference).replaceAll('\0', '')}`, options),
    }),
  },
  {
    does: 'begins a call whose signal has fired',
    fails: { 'abort.before': NO_REJECTION },
    with: (honest) => ({ getContainer: (reference) => honest.getContainer(reference) }),
  },
  ...CAPABILITY_GROUPS.flatMap((group) => [carriedOut(group, undefined), carriedOut(group, 'tasks')]).filter(
    (broken) => broken !== undefined,
  ),
];
