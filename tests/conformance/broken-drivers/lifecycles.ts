import { type Container, ContainerError, type ContainerRef } from '@cloud/container-core';
import { createListing, type DefinedDriver } from '@cloud/container-core/driver-kit';
import { type BrokenDriver, NO_REJECTION, never, renamed, showing, swallowed } from './broken-driver.js';

const idOf = (reference: ContainerRef) => (typeof reference === 'string' ? reference : reference.id);

const exitCode = (container: Container, code: number): Container => ({ ...container, exit: { ...container.exit, code } });

/** Calls whose failure is turned into the container that is there already. */
async function adopting(honest: DefinedDriver, options: Parameters<DefinedDriver['deployContainer']>[0]): Promise<Container> {
  try {
    return await honest.deployContainer(options);
  } catch (error) {
    const [existing] = await honest.listContainers({ labels: options.labels });
    if (existing === undefined) throw error;
    return existing;
  }
}

export const brokenLifecycles: readonly BrokenDriver[] = [
  {
    does: 'calls an unknown exit code 0',
    fails: { 'wait.running': 'expected +0 to be undefined' },
    with: (honest) => ({
      waitForContainer: async (reference, options) => {
        const container = await honest.waitForContainer(reference, options);
        return exitCode(container, container.exit?.code ?? 0);
      },
    }),
  },
  {
    does: 'calls every exit code 0',
    fails: {
      'wait.exit-code-1': 'expected +0 to be 1',
      'wait.exit-code-143': 'expected +0 to be 143',
      'wait.exit-code-255': 'expected +0 to be 255',
      'wait.many': 'expected [ +0, +0, +0 ] to deeply equal [ 8, 8, 8 ]',
      'deploy.missing-command': 'expected [ 126, 127 ] to include +0',
      'wait.exit-code-137': 'expected +0 to be 137',
    },
    with: (honest) => ({ waitForContainer: async (reference, options) => exitCode(await honest.waitForContainer(reference, options), 0) }),
  },
  {
    does: 'misses jobs that are over before it looks',
    fails: { 'wait.short-jobs': 'It was never seen running.' },
    with: (honest) => ({
      waitForContainer: async (reference, options) => {
        const { state } = await honest.getContainer(reference);
        if (state === 'stopped')
          throw new ContainerError('timeout', 'It was never seen running.', { provider: 'memory', operation: 'waitForContainer' });
        return honest.waitForContainer(reference, options);
      },
    }),
  },
  {
    does: 'gives out the container that has the name',
    fails: { 'names.conflict': NO_REJECTION },
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'lets eight deploys of one name have the same container',
    fails: { 'names.eight-at-once': 'expected 8 to be 1' },
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'takes an idempotency key for enough, whatever the options',
    fails: { 'idempotency.other-options': NO_REJECTION },
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'ignores idempotency keys',
    fails: {
      'idempotency.same': "expected 'b6fc4b234802d19284cca6b1afacc92e' to be",
      'idempotency.stopped': "expected 'b6fc4b234802d19284cca6b1afacc92e' to be",
      'idempotency.at-once': 'expected 8 to be 1',
    },
    with: (honest) => ({
      deployContainer: ({ idempotencyKey: _key, name, ...options }) =>
        honest.deployContainer({ ...options, name: `${name}-${Math.random().toString(36).slice(2)}` }),
    }),
  },
  {
    does: 'says stopped before it is',
    fails: { 'stop.exit-code-143': 'expected undefined to be 143' },
    with: (honest) => ({
      stopContainer: async (reference) => ({ ...(await honest.getContainer(reference)), state: 'stopped' }),
    }),
  },
  {
    does: 'kills at once instead of asking',
    fails: { 'stop.exit-code-0': 'expected 137 to be +0' },
    with: (honest) => ({ stopContainer: (reference, options) => honest.stopContainer(reference, { ...options, gracePeriodSeconds: 0 }) }),
  },
  {
    does: 'makes a second container of one that is started again',
    fails: { 'start.stopped': 'expected false to be true' },
    with: (honest) => ({
      startContainer: async (reference) => {
        const { image, labels } = await honest.getContainer(reference);
        return honest.deployContainer({ image, labels });
      },
    }),
  },
  {
    does: 'only forgets what it should destroy',
    fails: { 'destroy.others': NO_REJECTION },
    with: (honest) => {
      const hidden = new Set<string>();
      return {
        destroyContainer: async (reference) => void hidden.add(idOf(reference)),
        listContainers: (options) =>
          createListing(async function* () {
            yield (await honest.listContainers(options)).filter(({ id }) => !hidden.has(id));
          }),
      };
    },
  },
  {
    does: 'says that it has destroyed what it has only stopped',
    fails: { 'destroy.running': NO_REJECTION },
    with: (honest) => ({ destroyContainer: async (reference) => void (await honest.stopContainer(reference)) }),
  },
  {
    does: 'fails when something is destroyed twice',
    fails: { 'destroy.twice': '; it may have been destroyed.' },
    with: (honest) => ({
      destroyContainer: async (reference, options) => {
        await honest.getContainer(reference);
        await honest.destroyContainer(reference, options);
      },
    }),
  },
  {
    does: 'does not know exit codes',
    fails: { 'wait.exit-code-0': 'expected undefined to be +0' },
    with: showing(({ exit: _exit, ...container }) => container),
  },
  {
    does: 'waits for a name that was free again to be forgotten',
    fails: { 'names.free-after-destroy': 'The name is taken.' },
    with: (honest) => {
      const used = new Set<string | undefined>();
      return {
        deployContainer: async (options) => {
          if (used.has(options.name)) throw new ContainerError('conflict', 'The name is taken.', { provider: 'memory' });
          used.add(options.name);
          return honest.deployContainer(options);
        },
      };
    },
  },
  {
    does: 'makes one container of two with the same name',
    profile: 'tasks',
    fails: { 'names.shared': 'expected true to be false', 'names.eight-at-once': 'expected 1 to be 8' },
    with: (honest) => {
      const made = new Map<string | undefined, Promise<Container>>();
      return {
        deployContainer: (options) => {
          const container = made.get(options.name) ?? honest.deployContainer(options);
          made.set(options.name, container);
          return container;
        },
      };
    },
  },
  {
    does: 'remembers a key longer than its container',
    fails: { 'idempotency.after-destroy': 'expected true to be false' },
    with: (honest) => {
      const made = new Map<string, Promise<Container>>();
      return {
        deployContainer: (options) => {
          const container = made.get(options.idempotencyKey ?? '') ?? honest.deployContainer(options);
          made.set(options.idempotencyKey ?? '', container);
          return container;
        },
      };
    },
  },
  {
    does: 'makes something up for an id that it does not know',
    fails: { 'get.crafted-id': NO_REJECTION },
    with: (honest) => ({
      getContainer: (...call) => honest.getContainer(...call).catch(swallowed('not-found', { state: 'unknown' } as Container)),
    }),
  },
  {
    does: 'says that it was finished before it started',
    fails: { 'get.dates': '+0 ] to deeply equal [ +0' },
    with: showing((container) => ({ ...container, finishedAt: new Date(0) })),
  },
  {
    does: 'restarts what it is to start',
    fails: { 'start.running': 'Z to deeply equal' },
    with: (honest) => ({ startContainer: (reference) => honest.restartContainer(reference) }),
  },
  {
    does: 'calls it internal when what it is to start is gone',
    fails: { 'start.miss': 'The code not-found was expected, not internal' },
    with: (honest) => ({ startContainer: (...call) => honest.startContainer(...call).catch(renamed('not-found', 'internal')) }),
  },
  {
    does: 'does not say what replaced a container',
    profile: 'tasks',
    fails: { 'start.replaced': 'expected undefined to be' },
    with: showing(({ replacedBy: _replacedBy, ...container }) => container),
  },
  {
    does: 'gives every program that was stopped the exit code 143',
    fails: {
      'stop.exit-code-1': 'expected 143 to be 1',
      'stop.exit-code-137': 'expected 143 to be 137',
      'stop.twice': 'expected 143 to be 1',
      'stop.ended': 'expected 143 to be 6',
    },
    with: (honest) => ({ stopContainer: async (...call) => exitCode(await honest.stopContainer(...call), 143) }),
  },
  {
    does: 'ignores the grace period of a call',
    fails: { 'stop.grace-of-call': 'expected 7 to be 137', 'stop.no-grace': 'expected 7 to be 137' },
    with: (honest) => ({ stopContainer: (reference) => honest.stopContainer(reference) }),
  },
  {
    does: 'ignores a grace period that it can not give',
    profile: 'tasks',
    fails: { 'stop.grace-refused': NO_REJECTION },
    with: (honest) => ({ stopContainer: (reference) => honest.stopContainer(reference) }),
  },
  {
    does: 'only stops what it is to restart',
    fails: { 'restart.running': 'ended before it was ready.', 'restart.stopped': "expected [ 'run' ] to deeply equal [ 'run', 'run' ]" },
    with: (honest) => ({ restartContainer: (...call) => honest.stopContainer(...call) }),
  },
  {
    does: 'takes running for healthy',
    fails: { 'wait.healthy-without-check': NO_REJECTION },
    with: (honest) => ({ waitForContainer: (reference) => honest.waitForContainer(reference, { until: 'running' }) }),
  },
  {
    does: 'waits for ever for what is gone or was never started',
    fails: {
      'wait.miss': 'The wait was not over after 2000 ms.',
      'wait.destroyed-meanwhile': 'The wait was not over after 2000 ms.',
      'wait.never-started': 'The wait was not over after 2000 ms.',
    },
    with: (honest) => ({
      waitForContainer: (...call) =>
        honest
          .waitForContainer(...call)
          .catch(() => never)
          .then((container) => (container.exit?.code === 137 ? never : container)),
    }),
  },
  {
    does: 'waits for a container that is unhealthy to become healthy',
    fails: { 'deploy.healthCheck-wait-unhealthy': 'The code deployment-failed was expected, not timeout' },
    with: (honest) => ({ waitForContainer: (...call) => honest.waitForContainer(...call).catch(renamed('deployment-failed', 'timeout')) }),
  },
  {
    does: 'destroys running ones only',
    fails: { 'destroy.stopped': NO_REJECTION, 'destroy.created': NO_REJECTION },
    with: (honest) => ({
      destroyContainer: async (reference) => {
        const { state } = await honest.getContainer(reference);
        if (state === 'running') await honest.destroyContainer(reference);
      },
    }),
  },
  {
    does: 'destroys whatever looks like it, too',
    fails: { 'destroy.others-stay': '; it may have been destroyed.' },
    with: (honest) => ({
      destroyContainer: async (reference) => {
        const { labels } = await honest.getContainer(reference);
        for (const container of await honest.listContainers({ labels })) await honest.destroyContainer(container);
      },
    }),
  },
];
