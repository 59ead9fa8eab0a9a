import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { familyOf, isOwnFamily } from '../identifiers.js';
import { isDiscarded, isOurs } from '../labels.js';
import type { EcsSession } from '../session.js';

/**
 * Tasks without those that somebody, on any connection, has destroyed.
 *
 * The reason of its stop says so of a task that was stopped for it. A task that had ended by itself can't be marked any more; but whoever
 * destroys the last one of a definition deletes that, and nothing else of ours does. A definition that is only INACTIVE, as
 * clean-up scripts leave it, does not tell: from such a one a container can be started again.
 */
export async function withoutDestroyed(session: EcsSession, tasks: readonly Task[], context: RequestContext): Promise<Task[]> {
  const arns = [...new Set(tasks.filter(mayBeDestroyed).map(({ taskDefinitionArn = '' }) => taskDefinitionArn))];
  const deleted = await Promise.all(arns.map((arn) => session.definitions.isDeleted(arn, context)));
  const gone = new Set(arns.filter((_, index) => deleted[index]));
  return tasks.filter((task) => !isDiscarded(task.stoppedReason) && !(mayBeDestroyed(task) && gone.has(task.taskDefinitionArn ?? '')));
}

/** Whether it is up to its definition: a task that runs was not destroyed, and a definition of somebody else's says nothing. */
function mayBeDestroyed({ lastStatus, startedBy, taskDefinitionArn = '' }: Task): boolean {
  return lastStatus === 'STOPPED' && isOurs(startedBy) && isOwnFamily(familyOf(taskDefinitionArn));
}
