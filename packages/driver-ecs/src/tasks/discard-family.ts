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
 * Removes a family that a deploy registered, unless a container still needs it: one that runs, or a stopped one that could be started again.
 *
 * The family's hash includes the cluster, so its tasks are all in one.
 *
 * @returns whether a family of ours was left, because it is needed
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
  // One that this connection launched and that is in neither is not visible yet; of one that is, ECS tells what has become of it.
  const shown = new Set([...running, ...stopped].map(({ taskArn = '' }) => lastPart(taskArn)));
  const recent = session.tasks.recentIn(cluster).filter(({ group }) => group === `family:${family}`);
  if (recent.some(({ taskArn = '' }) => !shown.has(lastPart(taskArn)))) return true;
  // One that was started again is no container any more, whatever became of the task that took its place.
  const replacements = new Replacements();
  for (const task of [...running, ...stopped]) replacements.note(task);
  const left = stopped.filter((task) => !isHidden(session, task) && !replacements.isReplaced(task));
  if (left.length === 0) return false;
  // Of a job that runs again and again there are tasks of many revisions, all of them deleted: one request tells.
  const { taskDefinitionArns = [] } = await session.aws.ecs('listTaskDefinitions', { familyPrefix: family, status: 'ACTIVE' }, context);
  const startable = left.filter(({ taskDefinitionArn = '' }) => taskDefinitionArns.includes(taskDefinitionArn));
  return (await withoutDestroyed(session, startable, context)).length > 0;
}

/** The tasks of a family; none, and no description is asked for, if this connection destroyed or replaced them all. */
async function tasksOf(session: EcsSession, filter: TaskFilter, context: RequestContext): Promise<Task[]> {
  const ids: string[] = [];
  for await (const page of listTaskIds(session, filter, context)) ids.push(...page);
  if (ids.every((id) => session.tasks.isDiscarded(id))) return [];
  return describeTasks(session, filter.cluster, ids, context);
}
