import { type ContainerDriver, ContainerError } from '@cloud/container-core';
import { defineDriver } from '@cloud/container-core/driver-kit';
import { AcmeApi, type AcmeTask } from './acme-api.js';
import { acmeCapabilities } from './capabilities.js';
import { toContainer } from './map-container.js';
import { mapError } from './map-error.js';
import type { AcmeOptions } from './options.js';
import { pollUntil } from './wait.js';

/** Makes a driver: requests and mapping; the kit does the rest. */
export function createAcmeDriver({ api = new AcmeApi(), onDebug }: AcmeOptions): ContainerDriver {
  async function taskOf(id: string): Promise<AcmeTask> {
    const task = await api.getTask(id);
    if (task === undefined) throw new ContainerError('not-found', `Container "${id}" not found on Acme.`);
    return task;
  }

  async function* tasks(): AsyncGenerator<readonly AcmeTask[]> {
    let pageToken: string | undefined;
    do {
      const page = await api.listTasks(pageToken);
      yield page.tasks;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }

  async function start(id: string, signal: AbortSignal): Promise<AcmeTask> {
    const { status } = await taskOf(id);
    if (status === 'CREATED' || status === 'STOPPED') await api.startTask(id);
    return pollUntil(
      () => taskOf(id),
      (task) => task.status !== 'STARTING',
      signal,
    );
  }

  async function stop(id: string): Promise<AcmeTask> {
    await taskOf(id);
    await api.stopTask(id);
    return taskOf(id);
  }

  return defineDriver({
    provider: 'acme',
    capabilities: acmeCapabilities,
    mapError,
    onDebug,

    ping: async () => ({ provider: 'acme', name: 'Acme' }),

    async *listContainers() {
      for await (const page of tasks()) yield page.map(toContainer);
    },

    async deployContainer({ name, image, command = [], labels, reservedLabels, start: isStarted }, context) {
      const { id } = await api.createTask({ name, image, command, labels: { ...labels, ...reservedLabels } });
      try {
        return toContainer(isStarted ? await start(id, context.signal) : await taskOf(id));
      } catch (error) {
        await context.cleanUp(`container ${name}`, () => api.deleteTask(id));
        throw error;
      }
    },

    getContainer: async (id) => toContainer(await taskOf(id)),
    startContainer: async (id, { signal }) => toContainer(await start(id, signal)),
    stopContainer: async (id) => toContainer(await stop(id)),

    async restartContainer(id, _options, { signal }) {
      await stop(id);
      return toContainer(await start(id, signal));
    },

    destroyContainer: (id) => api.deleteTask(id),

    async waitForContainer(id, { until }, { signal }) {
      const { name, status } = await taskOf(id);
      if (until === 'healthy') throw new ContainerError('invalid-argument', `Container "${name}" has no health check.`);
      if (status === 'CREATED') throw new ContainerError('precondition-failed', `Container "${name}" was never started. Start it first.`);
      const isDone = (task: AcmeTask) => task.status === 'STOPPED' || (until === 'running' && task.status === 'ACTIVE');
      return toContainer(await pollUntil(() => taskOf(id), isDone, signal));
    },

    // The provider of this template runs no programs: nothing was written.
    async *logEntries(id) {
      await taskOf(id);
      yield [];
    },
    async *logBytes(id) {
      await taskOf(id);
      yield* [];
    },
  });
}
