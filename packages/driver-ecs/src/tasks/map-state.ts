import type { Task, Container as TaskContainer } from '@aws-sdk/client-ecs';
import type { ContainerHealth, ContainerState } from '@cloud/container-core';

const STATES: Readonly<Record<string, ContainerState>> = {
  PROVISIONING: 'pending',
  PENDING: 'pending',
  ACTIVATING: 'pending',
  RUNNING: 'running',
  DEACTIVATING: 'stopping',
  STOPPING: 'stopping',
  DEPROVISIONING: 'stopping',
  STOPPED: 'stopped',
  DELETED: 'stopped',
};

/** Returns the state of one container of a task; a status of ECS that this version does not know is `unknown`. */
export function containerState(task: Task, container: TaskContainer | undefined): ContainerState {
  const state = STATES[task.lastStatus ?? ''] ?? 'unknown';
  // A container that is not essential may exit while its task runs.
  if (state === 'running' && container?.lastStatus === 'STOPPED') return 'stopped';
  if (state === 'running' && container?.lastStatus === 'PENDING') return 'pending';
  if ((state === 'running' || state === 'pending') && task.desiredStatus === 'STOPPED') return 'stopping';
  return state;
}

export function containerHealth(container: TaskContainer | undefined, hasCheck: boolean): ContainerHealth | undefined {
  if (container?.healthStatus === 'HEALTHY') return 'healthy';
  if (container?.healthStatus === 'UNHEALTHY') return 'unhealthy';
  return hasCheck ? 'starting' : undefined;
}
