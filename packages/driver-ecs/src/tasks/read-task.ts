import type { Task } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import { type ContainerAddress, lastPart, parseContainerId } from '../identifiers.js';
import { isDiscarded } from '../labels.js';
import { failureError, isMissing } from '../map-failure.js';
import type { EcsSession } from '../session/session.js';
import { membersOf, type TaskMember, toContainer } from './map-container.js';

/** ECS describes at most so many at once. */
export const MAX_DESCRIBED = 100;

/** A task, its definition, and the one of its containers that an id means. */
export interface FoundContainer {
  readonly address: ContainerAddress;
  readonly task: Task;
  readonly member: TaskMember;
  readonly container: Container;
}

export function notFound(id: string): ContainerError {
  return new ContainerError('not-found', `There is no container ${JSON.stringify(id)} on ECS.`);
}

/** The address in an id; `not-found`, with no request, for what can be no container of this region. */
export async function addressOf(session: EcsSession, id: string): Promise<ContainerAddress> {
  const address = parseContainerId(id, await session.aws.region(), session.cluster);
  if (address === undefined) throw notFound(id);
  return address;
}

/** The tasks of a cluster among the given ids, a hundred a request; those that ECS says are missing are left out. */
export async function describeTasks(
  session: EcsSession,
  cluster: string,
  tasks: readonly string[],
  context: RequestContext,
): Promise<Task[]> {
  const found: Task[] = [];
  for (let index = 0; index < tasks.length; index += MAX_DESCRIBED) {
    const input = { cluster, tasks: tasks.slice(index, index + MAX_DESCRIBED) };
    const reply = await session.aws.ecs('describeTasks', input, context);
    const failures = (reply.failures ?? []).filter((failure) => !isMissing(failure));
    if (failures.length > 0) throw failureError(`DescribeTasks in cluster ${cluster} failed`, failures);
    found.push(...(reply.tasks ?? []));
  }
  return found;
}

/** One task; one that was launched here a moment ago is as RunTask described it until ECS shows it. */
export async function findTask(session: EcsSession, address: ContainerAddress, context: RequestContext): Promise<Task | undefined> {
  if (session.tasks.isDestroyed(address.taskId)) return undefined;
  return findTaskOrRemains(session, address, context);
}

/** As {@link findTask}, one that was destroyed here included, as long as ECS shows it. */
export async function findTaskOrRemains(
  session: EcsSession,
  address: ContainerAddress,
  context: RequestContext,
): Promise<Task | undefined> {
  const tasks = await describeTasks(session, address.cluster, [address.taskId], context);
  return tasks.find(({ taskArn }) => lastPart(taskArn ?? '') === address.taskId) ?? session.tasks.recent(address.taskId);
}

/** The container that an id means; `not-found` when there is none, or none any more. */
export async function findContainer(session: EcsSession, id: string, context: RequestContext): Promise<FoundContainer> {
  const address = await addressOf(session, id);
  const task = await findTask(session, address, context);
  if (task === undefined) throw notFound(id);
  return readContainer(session, id, address, task, context);
}

/** The container that an id means, in a task that has been read. */
export async function readContainer(
  session: EcsSession,
  id: string,
  address: ContainerAddress,
  task: Task,
  context: RequestContext,
): Promise<FoundContainer> {
  const replacedBy = session.tasks.replacement(address.taskId);
  if (replacedBy === undefined && isDiscarded(task.stoppedReason)) throw notFound(id);
  const definition = await session.definitions.get(task.taskDefinitionArn, context);
  const members = membersOf(task, definition);
  const member = address.container === undefined ? members[0] : members.find(({ name }) => name === address.container);
  if (member === undefined) throw notFound(id);
  return { address, task, member, container: toContainer(task, member, definition, replacedBy) };
}
