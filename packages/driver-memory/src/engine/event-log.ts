import type { ContainerExit, ContainerHealth } from '@cloud/container-core';
import { Changes } from './changes.js';
import type { MemoryContainer } from './memory-container.js';

/** Something that happened to a container, as the engine keeps it. */
export interface EventRecord {
  readonly type: 'created' | 'started' | 'stopped' | 'killed' | 'health' | 'destroyed';
  readonly at: Date;
  /** What is told of it; the container itself, with all that it wrote, may go. */
  readonly container: Pick<MemoryContainer, 'id' | 'request' | 'image'>;
  readonly exit?: ContainerExit;
  readonly health?: ContainerHealth;
}

const KEPT = 10_000;

/** What has happened lately, the oldest first. */
export class EventLog {
  readonly changes = new Changes();
  #kept: EventRecord[] = [];
  #dropped = 0;

  add(type: EventRecord['type'], container: MemoryContainer): void {
    const { id, request, image, exit, health } = container;
    this.#kept.push({
      type,
      at: new Date(),
      container: { id, request, image },
      ...(type === 'stopped' && exit !== undefined ? { exit } : {}),
      ...(type === 'health' && health !== undefined ? { health } : {}),
    });
    if (this.#kept.length > 2 * KEPT) {
      this.#dropped += KEPT;
      this.#kept = this.#kept.slice(KEPT);
    }
    this.changes.notify();
  }

  /** The place of the next event. */
  get end(): number {
    return this.#dropped + this.#kept.length;
  }

  /** The events from a place on that are still kept. */
  from(place: number): readonly EventRecord[] {
    return this.#kept.slice(Math.max(0, place - this.#dropped));
  }
}
