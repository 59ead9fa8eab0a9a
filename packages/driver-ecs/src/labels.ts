import { fingerprint, RESERVED_LABEL_PREFIX } from '@cloud/container-core/driver-kit';

/** Docker label of a container definition in which the parameters of its RunTask are kept, so that it can be started again as it was. */
export const RUN_LABEL = `${RESERVED_LABEL_PREFIX}ecs-run`;

/** Docker label of a service's definition with a hash over the rest of it, by which an equal revision is known. */
export const CONTENT_LABEL = `${RESERVED_LABEL_PREFIX}ecs-content`;

/** `startedBy` of every task that a deploy starts. Tags of a task are gone once it stops; this stays. */
export const STARTED_BY = 'cloud-container';
const REPLACES = `${STARTED_BY}/replaces/`;
const KEY = `${STARTED_BY}/key/`;

/** `startedBy` of every task of an idempotency key, by which ECS lists them. Of one key there is one container at a time: the newest. */
export function startedByKey(key: string): string {
  return `${KEY}${fingerprint(key).slice(0, 32)}`;
}

export function isStartedByKey(startedBy: string | undefined): startedBy is string {
  return startedBy?.startsWith(KEY) === true;
}

export function startedByReplacing(taskId: string): string {
  return `${REPLACES}${taskId}`;
}

/** Whether a deploy or a start of this product started the task. */
export function isOurs(startedBy: string | undefined): boolean {
  return startedBy === STARTED_BY || startedBy?.startsWith(REPLACES) === true || isStartedByKey(startedBy);
}

/** The id of the stopped task whose place a task took. */
export function replacedTaskId(startedBy: string | undefined): string | undefined {
  return startedBy?.startsWith(REPLACES) === true ? startedBy.slice(REPLACES.length) : undefined;
}

/** The `reason` of a StopTask stays readable for as long as the task; by it everybody knows what was destroyed. */
export const STOP_REASON = 'Stopped by cloud-container';
export const DESTROY_REASON = 'Destroyed by cloud-container';

/** Whether a task was destroyed, and so is no container any more. */
export function isDiscarded(stoppedReason: string | undefined): boolean {
  return stoppedReason?.startsWith(DESTROY_REASON) === true;
}
