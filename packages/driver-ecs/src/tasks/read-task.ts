import type { Task } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import { type ContainerAddress, lastPart, parseContainerId, siblingOf } from '../identifiers.js';
import { isDiscarded } from '../labels.js';
import { failureError, isMissing } from '../map-failure.js';
import type { EcsSession } from '../session/session.js';
import { membersOf, type TaskMember, toContainer } from './map-container.js';

/** The number of tasks that DescribeTasks accepts. */
export const MAX_DESCRIBED = 100;

/** The container that an id names, and its task. */
export interface FoundContainer {
  readonly address: ContainerAddress;
  readonly task: Task;
  readonly member: TaskMember;
  readonly container: Container;
}

export function notFound(id: string): ContainerError {
  return new ContainerError('not-found', `Container ${JSON.stringify(id)} not found on ECS.`);
}

/** Returns the address in an id. Throws `not-found`, without a request, for an id that cannot be a container of this region. */
export async function addressOf(session: EcsSession, id: string): Promise<ContainerAddress> {
  const address = parseContainerId(id, await session.aws.region(), session.cluster);
  if (address === undefined) throw notFound(id);
  return address;
}

/** Returns the tasks with these ids, a hundred a request, without those that ECS reports as missing. */
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

/** Returns a task. One that this connection just started is as RunTask described it until ECS shows it. */
export async function findTask(session: EcsSession, address: ContainerAddress, context: RequestContext): Promise<Task | undefined> {
  if (session.tasks.isDestroyed(address.taskId)) return undefined;
  return findTaskIncludingDestroyed(session, address, context);
}

/** Returns a task as {@link findTask} does, also one that this connection destroyed, as long as ECS shows it. */
export async function findTaskIncludingDestroyed(
  session: EcsSession,
  address: ContainerAddress,
  context: RequestContext,
): Promise<Task | undefined> {
  const tasks = await describeTasks(session, address.cluster, [address.taskId], context);
  return tasks.find(({ taskArn }) => lastPart(taskArn ?? '') === address.taskId) ?? session.tasks.recent(address.taskId);
}

/** Returns the container with this id. Throws `not-found` when it does not exist or was destroyed. */
export async function findContainer(session: EcsSession, id: string, context: RequestContext): Promise<FoundContainer> {
  const address = await addressOf(session, id);
  const task = await findTask(session, address, context);
  if (task === undefined) throw notFound(id);
  return readContainer(session, id, address, task, context);
}

/** Returns the container with this id in a task that was already read. */
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
  const replacement = replacedBy === undefined ? undefined : siblingOf(replacedBy, member.name);
  return { address, task, member, container: toContainer(task, member, definition, replacement) };
}
