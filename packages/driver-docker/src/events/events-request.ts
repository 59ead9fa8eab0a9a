import type { EventOptions } from '@cloud/container-core';
import type { WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { EngineRequest } from '../transport/engine-request.js';
import type { EngineEvent } from './map-event.js';

/** Which events are wanted; instants in nanoseconds since 1970, as text. */
export interface EventSelection {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function selectionOf({ since, until, labels }: WithoutCallOptions<EventOptions>): EventSelection {
  return {
    since: since === undefined ? undefined : nanoseconds(since.getTime()),
    until: until === undefined ? undefined : nanoseconds(until.getTime()),
    labels,
  };
}

/**
 * Asks for events. What comes may be more than what is selected: see {@link isSelected}.
 *
 * Podman differs (libpod/events/filters.go and logfile.go of 4.3): it reads instants as floating-point numbers and leaves out what
 * happened at `since` itself, so it is asked from a moment earlier; and it stops reading at `until` by the clock, so that a past one
 * ends it before it has read anything. Its `stream=false` reads what there is and ends.
 */
export function eventsRequest({ since, until, labels }: EventSelection, podman: boolean): EngineRequest {
  const isPast = until !== undefined && BigInt(until) <= BigInt(nanoseconds(Date.now()));
  return {
    method: 'GET',
    path: '/events',
    query: {
      since: podman ? podmanSince(since, until) : since && inSeconds(since),
      ...(podman && isPast ? { stream: false } : { until: until === undefined ? undefined : inSeconds(until) }),
      filters: {
        type: ['container'],
        ...(labels === undefined ? {} : { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) }),
      },
    },
  };
}

/** Whether an event is selected indeed: podman sends those with any of the labels, and those a little before and after. */
export function isSelected(
  { Actor: { Attributes: attributes = {} } = {} }: EngineEvent,
  timeNano: string,
  selection: EventSelection,
): boolean {
  const { since, until, labels = {} } = selection;
  if (since !== undefined && BigInt(timeNano) < BigInt(since)) return false;
  if (until !== undefined && BigInt(timeNano) > BigInt(until)) return false;
  return Object.entries(labels).every(([key, value]) => attributes[key] === value);
}

export function nanoseconds(milliseconds: number): string {
  return `${milliseconds}000000`;
}

/** With `until` alone all of the past is meant. */
function podmanSince(since: string | undefined, until: string | undefined): string | undefined {
  if (since === undefined) return until === undefined ? undefined : '1';
  return inSeconds(String(BigInt(since) - 1_000_000n));
}

/** As the engine takes instants: seconds, a point, nine digits. */
function inSeconds(timeNano: string): string {
  return `${timeNano.slice(0, -9)}.${timeNano.slice(-9)}`;
}
