import type { GroupImplementations } from '@cloud/container-core/driver-kit';
import type { Conditions } from '../conditions.js';
import type { EventRecord } from '../engine/event-record.js';
import type { EmbeddedEngine } from '../engine/memory-engine.js';
import { mapEvent } from '../map-event.js';

/** The group `events`: what happens in the engine, from now on or from as far back as it is kept. */
export function eventCalls(engine: EmbeddedEngine, conditions: Conditions): Pick<GroupImplementations, 'followEvents'> {
  const { events } = engine;
  return {
    async *followEvents({ since, until, labels = {} }, context) {
      // Taken before anything is awaited: nothing that happens from the call on is missed.
      let next = since === undefined ? events.end : 0;
      await conditions.meet(context);
      const wanted = ({ at, container: { request } }: EventRecord) =>
        (since === undefined || at >= since) &&
        (until === undefined || at < until) &&
        Object.entries(labels).every(([key, value]) => request.labels[key] === value);
      for (;;) {
        const batch = events.from(next).filter(wanted);
        next = events.end;
        if (batch.length > 0) yield batch.map(mapEvent);
        if (next < events.end) continue;
        if (until !== undefined && until.getTime() <= Date.now()) return;
        await events.changes.next(context.signal, until);
      }
    },
  };
}
