import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { isMarked, isStale, markOf } from '../definitions/map-marks.js';
import { familyOf, isOwnFamily, lastPart } from '../identifiers.js';
import { isDiscarded, isManaged } from '../labels.js';
import type { DefinitionStatus } from '../session/definition-cache.js';
import type { EcsSession } from '../session/session.js';

/** The number of DescribeTaskDefinition requests at a time. */
const MAX_IN_FLIGHT = 4;

/**
 * Returns the tasks without those that any connection destroyed.
 *
 * A task that was stopped to destroy it has the reason of that stop. A task that had stopped before cannot get another reason, so its
 * definition records it: a tag names the task, or the definition was deleted with its last container. A definition that is only INACTIVE,
 * as clean-up scripts leave it, records nothing: a container can be started again from it. A definition that was deregistered while the
 * task still ran records nothing either: the task began after the clean-up that removed it.
 */
export async function withoutDestroyed(session: EcsSession, tasks: readonly Task[], context: RequestContext): Promise<Task[]> {
  const arns = [...new Set(tasks.filter(mayBeDestroyed).map(({ taskDefinitionArn = '' }) => taskDefinitionArn))];
  const statuses = new Map<string, DefinitionStatus>();
  for (let index = 0; index < arns.length; index += MAX_IN_FLIGHT) {
    const some = arns.slice(index, index + MAX_IN_FLIGHT);
    await Promise.all(some.map(async (arn) => statuses.set(arn, await session.definitions.status(arn, context))));
  }
  return tasks.filter((task) => {
    if (isDiscarded(task.stoppedReason)) return false;
    const status = mayBeDestroyed(task) ? statuses.get(task.taskDefinitionArn ?? '') : undefined;
    return status === undefined || !(wasDeletedWith(task, status) || isMarked(status.tags, lastPart(task.taskArn ?? '')));
  });
}

/** Whether a stopped task's definition was deleted because the task was destroyed. */
function wasDeletedWith({ stoppedAt }: Task, { deleted, deregisteredAt }: DefinitionStatus): boolean {
  return deleted && !(stoppedAt !== undefined && deregisteredAt !== undefined && stoppedAt > deregisteredAt);
}

/** The number of tags that ECS accepts on a resource. */
const MAX_TAGS = 50;

/**
 * Records on the definition of a stopped task that the task was destroyed, and removes the records of tasks that ECS does not show any more.
 *
 * When the definition has no room for another tag, other connections list the task until ECS forgets it.
 */
export async function markDestroyed(session: EcsSession, task: Task, context: RequestContext): Promise<void> {
  const { taskDefinitionArn: resourceArn = '', taskArn = '' } = task;
  const { deleted, tags } = await session.definitions.status(resourceArn, context);
  if (deleted) return;
  const now = Date.now();
  const tagKeys = tags.filter((tag) => isStale(tag, now)).map(({ key = '' }) => key);
  if (tagKeys.length > 0) await session.aws.ecs('untagResource', { resourceArn, tagKeys }, context);
  if (tags.length - tagKeys.length >= MAX_TAGS) return;
  await session.aws.ecs('tagResource', { resourceArn, tags: [markOf(lastPart(taskArn), now)] }, context);
}

/** Whether the task's definition decides: a running task was not destroyed, and a definition of another program records nothing. */
function mayBeDestroyed({ lastStatus, startedBy, taskDefinitionArn = '' }: Task): boolean {
  return lastStatus === 'STOPPED' && isManaged(startedBy) && isOwnFamily(familyOf(taskDefinitionArn));
}
