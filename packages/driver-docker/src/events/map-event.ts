import type { ContainerEvent, ContainerEventType } from '@cloud/container-core';
import { visibleLabels } from '@cloud/container-core/driver-kit';
import { mapHealth } from '../containers/map-state.js';

/** An event as `GET /events` sends it. */
export interface EngineEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
  /** Seconds since 1970. */
  readonly time?: number;
}

/** Docker's words, then podman's for the same (podman#16857). */
const TYPES: Readonly<Record<string, ContainerEventType>> = {
  create: 'created',
  start: 'started',
  die: 'stopped',
  died: 'stopped',
  restart: 'restarted',
  pause: 'paused',
  unpause: 'resumed',
  kill: 'killed',
  oom: 'out-of-memory',
  rename: 'renamed',
  destroy: 'destroyed',
  remove: 'destroyed',
};

/** Attributes that are no labels. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'image',
  'name',
  'exitCode',
  'signal',
  'execID',
  'execDuration',
  'oldName',
  'containerExitCode',
  'podId',
]);

/** The neutral form of an event about a container. */
export function mapEvent(event: EngineEvent, timeNano: string): ContainerEvent {
  const { Action: action = '', Actor: { ID: id, Attributes: attributes = {} } = {} } = event;
  const health = mapHealth(/^health_status: ?(\w+)$/.exec(action)?.[1]);
  const type = health === undefined ? (TYPES[action] ?? 'other') : 'health';
  const exitCode = attributes['exitCode'] ?? attributes['containerExitCode'];
  return {
    type,
    ...(id === undefined ? {} : { containerId: id }),
    ...(attributes['name'] === undefined ? {} : { name: attributes['name'] }),
    ...(attributes['image'] === undefined ? {} : { image: attributes['image'] }),
    labels: visibleLabels(Object.fromEntries(Object.entries(attributes).filter(([key]) => !OWN_ATTRIBUTES.has(key)))),
    timestamp: timestampOf(timeNano),
    ...(type === 'stopped' ? { exit: exitCode !== undefined && /^\d+$/.test(exitCode) ? { code: Number(exitCode) } : {} } : {}),
    ...(health === undefined ? {} : { health }),
    action,
  };
}

/** `1700000000123456789` as ISO 8601 with all its digits. */
function timestampOf(timeNano: string): string {
  const seconds = timeNano.slice(0, -9);
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${timeNano.slice(-9)}Z`;
}
