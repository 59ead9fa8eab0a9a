import { ContainerError, type ContainerStats } from '@cloud/container-core';
import type { Batches } from '@cloud/container-core/driver-kit';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { jsonLines } from '../transport/json-lines.js';
import { containerSegment } from '../transport/segment.js';
import { type EngineStats, mapStats } from './map-stats.js';

/** One reading, about a second after the first of two: without one before it there are no cores in use. */
export async function readStats(client: EngineClient, id: string, context: RequestContext): Promise<ContainerStats> {
  const stats = await client.jsonIfAny<EngineStats>(context, {
    method: 'GET',
    path: `/containers/${containerSegment(id)}/stats`,
    query: { stream: false },
  });
  // The engine answers for a container that does not run, too: Docker with zeros, podman with nothing.
  if (stats === undefined || notRunning(stats))
    throw new ContainerError('precondition-failed', `getContainerStats: the container ${id} does not run.`);
  return mapStats(stats);
}

/** A reading about every second, until the container ends. */
export async function* followStats(client: EngineClient, id: string, context: RequestContext): Batches<ContainerStats> {
  const reply = await client.stream(context, { method: 'GET', path: `/containers/${containerSegment(id)}/stats`, query: { stream: true } });
  try {
    for await (const batch of jsonLines<EngineStats>(reply)) {
      const ended = batch.findIndex(({ value }) => notRunning(value));
      yield batch.slice(0, ended < 0 ? batch.length : ended).map(({ value }) => mapStats(value));
      // Docker goes on with zeros, for as long as the container exists.
      if (ended >= 0) return;
    }
  } finally {
    reply.destroy();
  }
}

function notRunning({ read, cpu_stats: cpu }: EngineStats): boolean {
  return read?.startsWith('0001-') === true || (cpu?.cpu_usage?.total_usage ?? 0) === 0;
}
