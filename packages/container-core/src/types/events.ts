import type { CallOptions } from './call-options.js';
import type { ContainerExit, ContainerHealth } from './container.js';

/** Every kind of event. */
export const CONTAINER_EVENT_TYPES = [
  'created',
  'started',
  'stopped',
  'restarted',
  'paused',
  'resumed',
  'killed',
  'out-of-memory',
  'health',
  'renamed',
  'destroyed',
  'gap',
  'other',
] as const;

/** `gap`: the connection was lost and some events may be missing; list the containers again. */
export type ContainerEventType = (typeof CONTAINER_EVENT_TYPES)[number];

/** Something that happened to a container. */
export interface ContainerEvent {
  readonly type: ContainerEventType;
  /** Absent for a `gap`. */
  readonly containerId?: string;
  readonly name?: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** ISO 8601, as precise as the provider keeps it. */
  readonly timestamp: string;
  /** With `stopped`. */
  readonly exit?: ContainerExit;
  /** With `health`. */
  readonly health?: ContainerHealth;
  /** The provider's own word. */
  readonly action?: string;
}

/** Which events to see. There is no default deadline. */
export interface EventOptions extends CallOptions {
  /** Begin with what happened at or after this instant; by default now. */
  readonly since?: Date | undefined;
  /** End with what happened before this instant; by default never. */
  readonly until?: Date | undefined;
  /** Only of containers with all of these labels. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}
