import type { DesiredStatus, Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { tokenPages } from '../client/token-pages.js';
import { lastPart } from '../identifiers.js';
import { isDiscarded } from '../labels.js';
import type { EcsSession } from '../session/session.js';

/** Which tasks of a cluster. */
export interface TaskFilter {
  readonly cluster: string;
  readonly desiredStatus: DesiredStatus;
  readonly family?: string;
  readonly startedBy?: string;
}

/** Every page of one ListTasks. */
export async function* listTaskIds(session: EcsSession, filter: TaskFilter, context: RequestContext): AsyncGenerator<string[]> {
  const pages = tokenPages('ListTasks', (token) => session.aws.ecs('listTasks', { ...filter, ...token }, context));
  for await (const { taskArns } of pages) yield (taskArns ?? []).map(lastPart);
}

/** Whether a task is no container any more, as far as this connection or the reason of its stop tells. */
export function isHidden(session: EcsSession, task: Task): boolean {
  return session.tasks.isDiscarded(lastPart(task.taskArn ?? '')) || isDiscarded(task.stoppedReason);
}
