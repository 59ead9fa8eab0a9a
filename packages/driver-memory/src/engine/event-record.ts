import type { ContainerExit, ContainerHealth } from '@cloud/container-core';
import type { DeployRequest } from '@cloud/container-core/driver-kit';
import type { InstalledImage } from './image-store.js';

/** Something that happened to a container, as the engine keeps it. */
export interface EventRecord {
  readonly type: 'created' | 'started' | 'stopped' | 'killed' | 'health' | 'destroyed';
  readonly at: Date;
  /** What is told of it; the container itself, with all that it wrote, may be removed. */
  readonly container: { readonly id: string; readonly request: DeployRequest; readonly image: InstalledImage };
  readonly exit?: ContainerExit;
  readonly health?: ContainerHealth;
}

/** What an event is about: a container as it is now. */
export type EventSubject = EventRecord['container'] & {
  readonly exit: ContainerExit | undefined;
  readonly health: ContainerHealth | undefined;
};
