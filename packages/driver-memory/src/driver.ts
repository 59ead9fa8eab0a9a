import { ContainerError } from '@cloud/container-core';
import { type DefinedDriver, type DriverImplementation, defineDriver, type OperationContext } from '@cloud/container-core/driver-kit';
import { CAPABILITIES } from './capabilities.js';
import { Conditions } from './conditions.js';
import type { MemoryContainer } from './engine/memory-container.js';
import type { EmbeddedEngine } from './engine/memory-engine.js';
import { pause } from './engine/pause.js';
import { execute } from './exec.js';
import { clusterCalls } from './groups/clusters.js';
import { eventCalls } from './groups/events.js';
import { imageCalls } from './groups/images.js';
import { signalCalls } from './groups/signals.js';
import { mapContainer } from './map-container.js';
import { mapError } from './map-error.js';
import { mapLog } from './map-log.js';
import type { MemoryOptions } from './options.js';
import { readLogs } from './read-logs.js';
import { startAttached } from './start-attached.js';
import { waitUntil } from './wait.js';

const PROVIDER = 'memory';
const PAGE_SIZE = 100;

/** Makes a connection to an engine. `ownsEngine`: the engine ends with it. */
export function createMemoryDriver(engine: EmbeddedEngine, options: MemoryOptions, ownsEngine: boolean): DefinedDriver {
  return defineDriver(memoryImplementation(engine, options, ownsEngine));
}

function memoryImplementation(engine: EmbeddedEngine, options: MemoryOptions, ownsEngine: boolean): DriverImplementation {
  const { manners } = engine;
  const capabilities = CAPABILITIES[engine.profile];
  const conditions = new Conditions(options);
  /** What this connection has destroyed is gone for it, though others may still see it. */
  const gone = new Set<string>();
  const merged = capabilities.logs.streams === 'merged';
  const map = (container: MemoryContainer) => mapContainer(container, PROVIDER);

  const get = async (id: string, { signal }: OperationContext): Promise<MemoryContainer> => {
    const container = engine.find(id);
    if (container === undefined || gone.has(id)) {
      throw new ContainerError('not-found', `There is no container ${id}; it may have been destroyed.`);
    }
    await pause(container.visibleAt - Date.now(), signal);
    return container;
  };
  const arrive = async (id: string, context: OperationContext): Promise<MemoryContainer> => {
    await conditions.meet(context);
    return get(id, context);
  };
  const start = async (container: MemoryContainer): Promise<MemoryContainer> => {
    if (container.isLively) return container;
    if (!manners.startReplaces || container.phase === 'created') {
      await container.start();
      return container;
    }
    const replacement = container.replacedBy === undefined ? undefined : engine.find(container.replacedBy);
    if (replacement !== undefined) return start(replacement);
    const next = engine.replace(container);
    await next.start();
    return next;
  };

  return {
    provider: PROVIDER,
    capabilities,
    onDebug: options.onDebug,
    timeoutsMs: { stopContainer: 150_000, restartContainer: 150_000 },
    reportsRequests: true,
    mapError,

    ping: async (context) => {
      await conditions.meet(context);
      return {
        provider: PROVIDER,
        name: `Memory engine, profile ${engine.profile} (JavaScript in this process, no isolation)`,
        version: process.version,
        operatingSystem: process.platform,
        architecture: process.arch,
      };
    },

    async *listContainers({ cluster }, context) {
      await conditions.meet(context);
      const where = manners.clusters ? engine.clusters.get(cluster ?? 'default').id : undefined;
      const now = Date.now();
      const seen = engine.containers().filter((container) => {
        if (container.visibleAt > now || container.replacedBy !== undefined) return false;
        return container.cluster === where && !gone.has(container.id);
      });
      for (let first = 0; first < seen.length; first += PAGE_SIZE) {
        if (first > 0) await conditions.meet(context);
        yield seen.slice(first, first + PAGE_SIZE).map(map);
      }
    },

    deployContainer: async (request, context) => {
      await conditions.meet(context);
      const { container, isNew } = engine.create(request);
      try {
        if (isNew && request.start) await container.start();
        context.signal.throwIfAborted();
      } catch (error) {
        if (isNew) {
          gone.add(container.id);
          await context.cleanUp(`container ${container.id}`, () => engine.destroy(container));
        }
        throw error;
      }
      return map(container);
    },

    getContainer: async (id, context) => map(await arrive(id, context)),
    startContainer: async (id, context) => map(await start(await arrive(id, context))),
    stopContainer: async (id, { gracePeriodSeconds }, context) => {
      const container = await arrive(id, context);
      await container.stop(gracePeriodSeconds);
      return map(container);
    },
    restartContainer: async (id, { gracePeriodSeconds }, context) => {
      const container = await arrive(id, context);
      await container.stop(gracePeriodSeconds);
      return map(await start(container));
    },
    destroyContainer: async (id, context) => {
      await conditions.meet(context);
      const container = engine.find(id);
      if (container === undefined || gone.has(id)) return;
      gone.add(id);
      await engine.destroy(container);
    },
    waitForContainer: async (id, { until }, context) => {
      const container = await arrive(id, context);
      await waitUntil(container, until, context.signal);
      return map(container);
    },

    ...(capabilities.run.stdin
      ? { startAttached: async (id: string, context: OperationContext) => startAttached(await arrive(id, context), context.signal) }
      : {}),

    async *logEntries(id, request, context) {
      const container = await arrive(id, context);
      for await (const lines of readLogs(container, request, context.signal)) yield lines.map((line) => mapLog(line, merged));
    },
    async *logBytes(id, request, context) {
      const container = await arrive(id, context);
      for await (const lines of readLogs(container, request, context.signal)) for (const { bytes } of lines) yield bytes;
    },

    ...imageCalls(engine, conditions, PROVIDER),
    ...(capabilities.groups.includes('events') ? eventCalls(engine, conditions) : {}),
    ...(capabilities.groups.includes('signals') ? signalCalls(arrive) : {}),
    ...(capabilities.groups.includes('clusters') ? clusterCalls(engine, conditions, PROVIDER) : {}),
    ...(capabilities.groups.includes('exec')
      ? {
          execContainer: async (id, command, request, context) => execute(await arrive(id, context), command, request, context.signal),
        }
      : {}),

    close: async () => {
      if (ownsEngine) await engine.close();
    },
  };
}
