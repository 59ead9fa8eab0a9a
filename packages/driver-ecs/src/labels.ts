import { fingerprint, RESERVED_LABEL_PREFIX } from '@cloud/container-core/driver-kit';

/** Docker label of a container definition that keeps the parameters of its RunTask, so that the container can be started again as it was. */
export const RUN_LABEL = `${RESERVED_LABEL_PREFIX}ecs-run`;

/** Docker label of a service's definition: a hash over the rest of it, by which an equal revision is found. */
export const CONTENT_LABEL = `${RESERVED_LABEL_PREFIX}ecs-content`;

/** `startedBy` of every task that a deploy starts. ECS removes a task's tags when it stops; this stays. */
export const STARTED_BY = 'cloud-container';
const REPLACES = `${STARTED_BY}/replaces/`;
const KEY = `${STARTED_BY}/key/`;

/** `startedBy` of every task of an idempotency key, by which ECS lists them. The newest one is the container of the key. */
export function startedByKey(key: string): string {
  return `${KEY}${fingerprint(key).slice(0, 32)}`;
}

export function isStartedByKey(startedBy: string | undefined): startedBy is string {
  return startedBy?.startsWith(KEY) === true;
}

export function startedByReplacing(taskId: string): string {
  return `${REPLACES}${taskId}`;
}

/** Whether this driver started the task, on any connection. */
export function isManaged(startedBy: string | undefined): boolean {
  return startedBy === STARTED_BY || startedBy?.startsWith(REPLACES) === true || isStartedByKey(startedBy);
}

/** The id of the stopped task that a task replaced. */
export function replacedTaskId(startedBy: string | undefined): string | undefined {
  return startedBy?.startsWith(REPLACES) === true ? startedBy.slice(REPLACES.length) : undefined;
}

/** ECS shows the `reason` of a StopTask as long as the task; it tells every connection what was destroyed. */
export const STOP_REASON = 'Stopped by cloud-container';
export const DESTROY_REASON = 'Destroyed by cloud-container';

/** Whether a task was destroyed, so that it is not a container any more. */
export function isDiscarded(stoppedReason: string | undefined): boolean {
  return stoppedReason?.startsWith(DESTROY_REASON) === true;
}
