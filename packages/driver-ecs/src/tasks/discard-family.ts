import type { Task } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { deleteFamily } from '../definitions/delete-definition.js';
import { isOwnFamily, lastPart } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';
import { withoutDestroyed } from './destroyed-tasks.js';
import { isHidden, listTaskIds, type TaskFilter } from './list-tasks.js';
import { describeTasks } from './read-task.js';
import { Replacements } from './replacements.js';

/**
 * Removes a family that a deploy registered, unless a container needs it: a running one, or a stopped one that could be started again.
 *
 * The family's hash includes the cluster, so all its tasks are in one cluster.
 *
 * @returns whether the family stays because a container needs it
 */
export async function discardFamily(session: EcsSession, cluster: string, family: string, context: RequestContext): Promise<boolean> {
  if (!isOwnFamily(family)) return false;
  if (await isUsed(session, cluster, family, context)) return true;
  await deleteFamily(session, family, context);
  return false;
}

async function isUsed(session: EcsSession, cluster: string, family: string, context: RequestContext): Promise<boolean> {
  // Stopped ones come second: a task that stops in between is in both lists and not in neither.
  const running = await tasksOf(session, { cluster, family, desiredStatus: 'RUNNING' }, context);
  if (running.some((task) => !isHidden(session, task))) return true;
  const stopped = await tasksOf(session, { cluster, family, desiredStatus: 'STOPPED' }, context);
  // A task that this connection started and that neither list has is not visible yet.
  const shown = new Set([...running, ...stopped].map(({ taskArn = '' }) => lastPart(taskArn)));
  const recent = session.tasks.recentIn(cluster).filter(({ group }) => group === `family:${family}`);
  if (recent.some(({ taskArn = '' }) => !shown.has(lastPart(taskArn)))) return true;
  // A task that was started again is not a container any more, whatever happened to its replacement.
  const replacements = new Replacements();
  for (const task of [...running, ...stopped]) replacements.note(task);
  const left = stopped.filter((task) => !isHidden(session, task) && !replacements.isReplaced(task));
  if (left.length === 0) return false;
  // A job that runs again and again has tasks of many deleted revisions: one request finds those that still exist.
  const { taskDefinitionArns = [] } = await session.aws.ecs('listTaskDefinitions', { familyPrefix: family, status: 'ACTIVE' }, context);
  const startable = left.filter(({ taskDefinitionArn = '' }) => taskDefinitionArns.includes(taskDefinitionArn));
  return (await withoutDestroyed(session, startable, context)).length > 0;
}

/** Returns the tasks of a family. Describes none when this connection destroyed or replaced them all. */
async function tasksOf(session: EcsSession, filter: TaskFilter, context: RequestContext): Promise<Task[]> {
  const ids: string[] = [];
  for await (const page of listTaskIds(session, filter, context)) ids.push(...page);
  if (ids.every((id) => session.tasks.isDiscarded(id))) return [];
  return describeTasks(session, filter.cluster, ids, context);
}
