import type { Container, ContainerState } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';
import type { MemoryContainer, Phase } from './engine/memory-container.js';
import { mapImage } from './map-image.js';

const STATES: Readonly<Record<Phase, ContainerState>> = {
  created: 'created',
  pending: 'pending',
  running: 'running',
  restarting: 'restarting',
  stopping: 'stopping',
  stopped: 'stopped',
};

/** The engine's container as the neutral one, as it is now. */
export function mapContainer(container: MemoryContainer, provider: string): Container {
  const { id, request, image, cluster, phase, health, createdAt, startedAt, finishedAt, exit, replacedBy } = container;
  return withRaw(
    {
      id,
      name: request.name,
      image: mapImage(image, provider),
      state: STATES[phase],
      ...(health === undefined ? {} : { health }),
      provider,
      ...(cluster === undefined ? {} : { cluster }),
      ipAddresses: [],
      endpoints: [...container.endpoints],
      labels: visibleLabels(request.labels),
      createdAt,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(exit === undefined || phase !== 'stopped' ? {} : { exit }),
      ...(replacedBy === undefined ? {} : { replacedBy }),
    },
    { id, phase, profile: 'JavaScript in this process, no isolation' },
  );
}
