import type { LogManners } from './log-buffer.js';

/** After whom the engine behaves: `engine` after Docker, `tasks` after ECS. */
export type MemoryProfile = 'engine' | 'tasks';

/** How a profile behaves. */
export interface Manners {
  readonly profile: MemoryProfile;
  /** Whether starting what has stopped makes a new container in its place. */
  readonly startReplaces: boolean;
  readonly uniqueNames: boolean;
  /** Whether what was destroyed stays visible as stopped to other connections. */
  readonly keepsDestroyed: boolean;
  /** Whether there are clusters, of which one is called `default`. */
  readonly clusters: boolean;
  /** How long a new container can't be seen yet. */
  readonly visibilityDelayMs: number;
  /** How long a container is `pending`. */
  readonly startDelayMs: number;
  readonly defaultGraceSeconds: number;
  readonly logs: LogManners;
}

export const MANNERS: Readonly<Record<MemoryProfile, Manners>> = {
  engine: {
    profile: 'engine',
    startReplaces: false,
    uniqueNames: true,
    keepsDestroyed: false,
    clusters: false,
    visibilityDelayMs: 0,
    startDelayMs: 0,
    defaultGraceSeconds: 10,
    logs: { emptyLines: true, maxLineBytes: undefined },
  },
  tasks: {
    profile: 'tasks',
    startReplaces: true,
    uniqueNames: false,
    keepsDestroyed: true,
    clusters: true,
    visibilityDelayMs: 20,
    startDelayMs: 10,
    defaultGraceSeconds: 30,
    // What the awslogs driver does: it drops empty lines and cuts long ones into pieces of 16 KiB.
    logs: { emptyLines: false, maxLineBytes: 16_384 },
  },
};
