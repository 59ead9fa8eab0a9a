import { Changes } from './changes.js';
import type { EventRecord, EventSubject } from './event-record.js';

const KEPT = 10_000;

/** What has happened lately, the oldest first. */
export class EventLog {
  readonly changes = new Changes();
  #kept: EventRecord[] = [];
  #dropped = 0;

  add(type: EventRecord['type'], container: EventSubject): void {
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
