import type { DesiredStatus, Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { tokenPages } from '../client/token-pages.js';
import { lastPart } from '../identifiers.js';
import { isDiscarded } from '../labels.js';
import type { EcsSession } from '../session/session.js';

/** Which tasks of a cluster to list. */
export interface TaskFilter {
  readonly cluster: string;
  readonly desiredStatus: DesiredStatus;
  readonly family?: string;
  readonly startedBy?: string;
}

/** Lists the ids of tasks, a page at a time. */
export async function* listTaskIds(session: EcsSession, filter: TaskFilter, context: RequestContext): AsyncGenerator<string[]> {
  const pages = tokenPages('ListTasks', (token) => session.aws.ecs('listTasks', { ...filter, ...token }, context));
  for await (const { taskArns } of pages) yield (taskArns ?? []).map(lastPart);
}

/** Whether this connection or the reason of its stop records that a task was destroyed or replaced. */
export function isHidden(session: EcsSession, task: Task): boolean {
  return session.tasks.isDiscarded(lastPart(task.taskArn ?? '')) || isDiscarded(task.stoppedReason);
}
