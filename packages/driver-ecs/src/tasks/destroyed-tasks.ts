import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { isMarked, isStale, markOf } from '../definitions/map-marks.js';
import { familyOf, isOwnFamily, lastPart } from '../identifiers.js';
import { isDiscarded, isOurs } from '../labels.js';
import type { DefinitionFate } from '../session/definition-cache.js';
import type { EcsSession } from '../session/session.js';

/** How many definitions are asked about at once. */
const IN_FLIGHT = 4;

/**
 * Tasks without those that somebody, on any connection, has destroyed.
 *
 * The reason of its stop says so of a task that was stopped for it. A task that had stopped before can't be marked any more, so its
 * definition tells: a tag of it names the task, or it was deleted with the last container of it. One that is only INACTIVE, as
 * clean-up scripts leave it, says nothing: from such a one a container can be started again. Neither does one of a task that ran on
 * after it was deregistered: another deploy was quicker than whoever deleted it.
 */
export async function withoutDestroyed(session: EcsSession, tasks: readonly Task[], context: RequestContext): Promise<Task[]> {
  const arns = [...new Set(tasks.filter(mayBeDestroyed).map(({ taskDefinitionArn = '' }) => taskDefinitionArn))];
  const fates = new Map<string, DefinitionFate>();
  for (let index = 0; index < arns.length; index += IN_FLIGHT) {
    const some = arns.slice(index, index + IN_FLIGHT);
    await Promise.all(some.map(async (arn) => fates.set(arn, await session.definitions.fate(arn, context))));
  }
  return tasks.filter((task) => {
    if (isDiscarded(task.stoppedReason)) return false;
    const fate = mayBeDestroyed(task) ? fates.get(task.taskDefinitionArn ?? '') : undefined;
    return fate === undefined || !(wentWith(task, fate) || isMarked(fate.tags, lastPart(task.taskArn ?? '')));
  });
}

/** Whether a stopped task's definition was deleted because the task was destroyed. */
function wentWith({ stoppedAt }: Task, { deleted, deregisteredAt }: DefinitionFate): boolean {
  return deleted && !(stoppedAt !== undefined && deregisteredAt !== undefined && stoppedAt > deregisteredAt);
}

/** ECS takes so many tags of a resource. */
const MAX_TAGS = 50;

/**
 * Notes on the definition of a stopped task that the task was destroyed. Notes about tasks that ECS does not show any more are removed.
 *
 * When a definition has all the tags that it can have, other connections list the task until ECS forgets it.
 */
export async function markDestroyed(session: EcsSession, task: Task, context: RequestContext): Promise<void> {
  const { taskDefinitionArn: resourceArn = '', taskArn = '' } = task;
  const { deleted, tags } = await session.definitions.fate(resourceArn, context);
  if (deleted) return;
  const now = Date.now();
  const tagKeys = tags.filter((tag) => isStale(tag, now)).map(({ key = '' }) => key);
  if (tagKeys.length > 0) await session.aws.ecs('untagResource', { resourceArn, tagKeys }, context);
  if (tags.length - tagKeys.length >= MAX_TAGS) return;
  await session.aws.ecs('tagResource', { resourceArn, tags: [markOf(lastPart(taskArn), now)] }, context);
}

/** Whether it is up to its definition: a task that runs was not destroyed, and a definition of somebody else's says nothing. */
function mayBeDestroyed({ lastStatus, startedBy, taskDefinitionArn = '' }: Task): boolean {
  return lastStatus === 'STOPPED' && isOurs(startedBy) && isOwnFamily(familyOf(taskDefinitionArn));
}
