import type { ContainerExit, ContainerHealth, ContainerState } from '@cloud/container-core';
import { mapInstant } from '../map-instant.js';
import type { EngineState } from './engine-container.js';

/** Docker's words (moby: container/state.go), then those that podman adds (libpod/define/containerstate.go). */
const STATES: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'stopping',
  exited: 'stopped',
  dead: 'stopped',
  configured: 'created',
  initialized: 'created',
  stopped: 'stopped',
  stopping: 'stopping',
};

/** The neutral state for an engine's word; a word that is not known is `unknown`. */
export function mapState(status: string | undefined): ContainerState {
  return (status === undefined ? undefined : STATES[status.toLowerCase()]) ?? 'unknown';
}

const HEALTHS: readonly ContainerHealth[] = ['starting', 'healthy', 'unhealthy'];

/** `undefined` for a container without a check, which engines call `none` or nothing. */
export function mapHealth(status: string | undefined): ContainerHealth | undefined {
  return HEALTHS.find((health) => health === status);
}

/** How it ended; `undefined` while it has not. The code is left out when the engine does not know it. */
export function mapExit(state: EngineState): ContainerExit | undefined {
  const ended =
    mapState(state.Status) === 'stopped' || (mapState(state.Status) === 'restarting' && mapInstant(state.FinishedAt) !== undefined);
  if (!ended) return undefined;
  const { ExitCode: code, Error: message, OOMKilled: outOfMemory } = state;
  return {
    ...(typeof code === 'number' ? { code } : {}),
    ...(outOfMemory === true ? { reason: 'OOMKilled', outOfMemory } : {}),
    ...(message === undefined || message === '' ? {} : { message }),
  };
}
