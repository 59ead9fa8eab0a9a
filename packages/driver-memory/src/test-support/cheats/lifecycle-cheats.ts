import { type Container, ContainerError, type ContainerReference } from '@cloud/container-core';
import { createListing, type DefinedDriver } from '@cloud/container-core/driver-kit';
import type { Cheat } from './cheat.js';

const idOf = (reference: ContainerReference) => (typeof reference === 'string' ? reference : reference.id);

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

export const lifecycleCheats: readonly Cheat[] = [
  {
    does: 'calls an unknown exit code 0',
    row: 'wait.running',
    with: (honest) => ({
      waitForContainer: async (reference, options) => {
        const container = await honest.waitForContainer(reference, options);
        return exitCode(container, container.exit?.code ?? 0);
      },
    }),
  },
  {
    does: 'calls every exit code 0',
    row: 'wait.exit-code-137',
    with: (honest) => ({ waitForContainer: async (reference, options) => exitCode(await honest.waitForContainer(reference, options), 0) }),
  },
  {
    does: 'misses jobs that are over before it looks',
    row: 'wait.short-jobs',
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
    row: 'names.conflict',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'lets eight deploys of one name have the same container',
    row: 'names.eight-at-once',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'takes an idempotency key for enough, whatever the options',
    row: 'idempotency.other-options',
    with: (honest) => ({ deployContainer: (options) => adopting(honest, options) }),
  },
  {
    does: 'takes no notice of idempotency keys',
    row: 'idempotency.at-once',
    with: (honest) => ({
      deployContainer: ({ idempotencyKey: _key, name, ...options }) =>
        honest.deployContainer({ ...options, name: `${name}-${Math.random().toString(36).slice(2)}` }),
    }),
  },
  {
    does: 'starts what it was told not to start',
    row: 'deploy.start-later',
    with: (honest) => ({ deployContainer: ({ start: _start, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'ignores an option that it does not support',
    row: 'deploy.mounts-refused',
    with: (honest) => ({ deployContainer: ({ mounts: _mounts, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'lets bad options pass',
    row: 'validation.deploy',
    with: (honest) => ({ deployContainer: ({ cpu: _cpu, ...options }) => honest.deployContainer(options) }),
  },
  {
    does: 'says stopped before it is',
    row: 'stop.exit-code-143',
    with: (honest) => ({
      stopContainer: async (reference) => ({ ...(await honest.getContainer(reference)), state: 'stopped' }),
    }),
  },
  {
    does: 'kills at once instead of asking',
    row: 'stop.exit-code-0',
    with: (honest) => ({ stopContainer: (reference, options) => honest.stopContainer(reference, { ...options, gracePeriodSeconds: 0 }) }),
  },
  {
    does: 'makes a second container of one that is started again',
    row: 'start.stopped',
    with: (honest) => ({
      startContainer: async (reference) => {
        const { image, labels } = await honest.getContainer(reference);
        return honest.deployContainer({ image, labels });
      },
    }),
  },
  {
    does: 'only forgets what it should destroy',
    row: 'destroy.others',
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
    row: 'destroy.running',
    with: (honest) => ({ destroyContainer: async (reference) => void (await honest.stopContainer(reference)) }),
  },
  {
    does: 'fails when something is destroyed twice',
    row: 'destroy.twice',
    with: (honest) => ({
      destroyContainer: async (reference, options) => {
        await honest.getContainer(reference);
        await honest.destroyContainer(reference, options);
      },
    }),
  },
];
