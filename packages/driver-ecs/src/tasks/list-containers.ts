import type { DesiredStatus, Task } from '@aws-sdk/client-ecs';
import type { Container, ContainerState } from '@cloud/container-core';
import type { ContainerFilter, OperationContext } from '@cloud/container-core/driver-kit';
import { pipeline } from '../client/pipeline.js';
import { lastPart } from '../identifiers.js';
import { isManaged } from '../labels.js';
import { withEc2Addresses } from '../network/ec2-addresses.js';
import { clusterOf } from '../session/cluster-of.js';
import type { EcsSession } from '../session/session.js';
import { withoutDestroyed } from './destroyed-tasks.js';
import { isHidden, listTaskIds } from './list-tasks.js';
import { membersOf, toContainer } from './map-container.js';
import { describeTasks, MAX_DESCRIBED } from './read-task.js';
import { Replacements } from './replacements.js';

/** Enough DescribeTasks requests at a time to hide their duration behind ListTasks, whose pages arrive one after the other. */
const MAX_IN_FLIGHT = 4;

/** The states that a task whose desired status is RUNNING can be in. */
const NOT_STOPPED: readonly ContainerState[] = ['pending', 'running', 'unknown'];

/**
 * Lists the containers of a cluster, running and stopped, a page at a time.
 *
 * Tasks that should run come first. Stopped tasks of this driver are held back to the end: a later page may have the replacement of any
 * of them. ECS forgets stopped tasks after an hour, which bounds what is held.
 */
export async function* listContainers(
  session: EcsSession,
  filter: ContainerFilter,
  context: OperationContext,
): AsyncGenerator<readonly Container[]> {
  const cluster = await clusterOf(session, filter.cluster, context);
  const seen = new Set<string>();
  const replacements = new Replacements();
  const heldBack: Task[] = [];

  const pages = taskIdPages(session, cluster, statusesFor(filter.states), seen, context);
  for await (const tasks of pipeline(pages, MAX_IN_FLIGHT, (ids) => describeWithDefinitions(session, cluster, ids, context))) {
    const visible: Task[] = [];
    for (const task of tasks) {
      replacements.note(task);
      if (isHidden(session, task)) continue;
      if (isHeldBack(task)) heldBack.push(task);
      else visible.push(task);
    }
    yield await toContainers(session, visible, context);
  }
  const rest = heldBack.filter((task) => !replacements.isReplaced(task));
  for (let index = 0; index < rest.length; index += MAX_DESCRIBED) {
    const tasks = await withoutDestroyed(session, rest.slice(index, index + MAX_DESCRIBED), context);
    yield await toContainers(session, tasks, context);
  }
}

/** Returns the containers of tasks that were already read. */
export async function toContainers(session: EcsSession, tasks: readonly Task[], context: OperationContext): Promise<Container[]> {
  const each = tasks.map(async (task) => {
    const definition = await session.definitions.get(task.taskDefinitionArn, context);
    return membersOf(task, definition).map((member) => toContainer(task, member, definition));
  });
  const containers = (await Promise.all(each)).flat();
  return session.options.ec2Addresses === true ? withEc2Addresses(session, containers, context) : containers;
}

function isHeldBack(task: Task): boolean {
  return task.desiredStatus === 'STOPPED' && isManaged(task.startedBy);
}

/** Returns which of ECS's two lists can have containers in these states. */
function statusesFor(states: readonly ContainerState[] | undefined): readonly DesiredStatus[] {
  if (states === undefined) return ['RUNNING', 'STOPPED'];
  return states.every((state) => NOT_STOPPED.includes(state)) ? ['RUNNING'] : ['RUNNING', 'STOPPED'];
}

/** Lists the ids of tasks in pages of up to 100, each once: a task may stop between the two lists. */
async function* taskIdPages(
  session: EcsSession,
  cluster: string,
  statuses: readonly DesiredStatus[],
  seen: Set<string>,
  context: OperationContext,
): AsyncGenerator<string[]> {
  const unseen = (ids: readonly string[]) => ids.filter((id) => !seen.has(id) && seen.add(id));
  for (const desiredStatus of statuses) {
    for await (const ids of listTaskIds(session, { cluster, desiredStatus }, context)) {
      const fresh = unseen(ids);
      if (fresh.length > 0) yield fresh;
    }
  }
  // The lists may not have the tasks that this connection just started.
  const recent = unseen(session.tasks.recentIn(cluster).map(({ taskArn }) => lastPart(taskArn ?? '')));
  for (let index = 0; index < recent.length; index += MAX_DESCRIBED) yield recent.slice(index, index + MAX_DESCRIBED);
}

/** Describes tasks, and reads the definitions of those that the page shows. */
async function describeWithDefinitions(session: EcsSession, cluster: string, ids: readonly string[], context: OperationContext) {
  const tasks = await describeTasks(session, cluster, ids, context);
  const missing = new Set(ids);
  for (const { taskArn } of tasks) missing.delete(lastPart(taskArn ?? ''));
  for (const id of missing) {
    const recent = session.tasks.recent(id);
    if (recent !== undefined) tasks.push(recent);
  }
  const shown = tasks.filter((task) => !isHidden(session, task) && !isHeldBack(task));
  await Promise.all(
    [...new Set(shown.map(({ taskDefinitionArn }) => taskDefinitionArn))].map((arn) => session.definitions.get(arn, context)),
  );
  return tasks;
}
