import type { ContainerEvent } from '@cloud/container-core';
import { visibleLabels } from '@cloud/container-core/driver-kit';
import type { EventRecord } from './engine/event-record.js';

/** The engine's event as the contract has it. */
export function mapEvent({ type, at, container, exit, health }: EventRecord): ContainerEvent {
  return {
    type,
    containerId: container.id,
    name: container.request.name,
    image: container.image.path,
    labels: visibleLabels(container.request.labels),
    timestamp: at.toISOString(),
    ...(exit === undefined ? {} : { exit }),
    ...(health === undefined ? {} : { health }),
    action: type,
  };
}
