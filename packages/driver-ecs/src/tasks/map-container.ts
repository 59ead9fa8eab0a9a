import type { ContainerDefinition, Task, Container as TaskContainer, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, type Image, imageFromReference, type Pod } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';
import type { EcsRaw } from '../ecs-raw.js';
import { containerId, lastPart } from '../identifiers.js';
import { addressesOf, endpointsOf } from '../network/map-addresses.js';
import { containerExit } from './map-exit.js';
import { containerHealth, containerState } from './map-state.js';

/** One container of a task. */
export interface TaskMember {
  readonly name: string;
  readonly container: TaskContainer | undefined;
  readonly definition: ContainerDefinition | undefined;
}

/**
 * The containers of a task, in the order of its definition, whose first essential one stands for the task.
 *
 * The agents that AWS adds to a task (GuardDuty's and Service Connect's) are in the task and not in its definition.
 */
export function membersOf(task: Task, definition: TaskDefinition | undefined): TaskMember[] {
  const containers = task.containers ?? [];
  const defined = definition?.containerDefinitions;
  if (defined === undefined) {
    return containers.map((container) => ({ name: container.name ?? 'unknown', container, definition: undefined }));
  }
  return [...defined]
    .sort((left, right) => Number(right.essential !== false) - Number(left.essential !== false))
    .map((each) => ({
      name: each.name ?? 'unknown',
      container: containers.find(({ name }) => name === each.name),
      definition: each,
    }));
}

/** @param replacedBy the id of the container that replaced it */
export function toContainer(task: Task, member: TaskMember, definition: TaskDefinition | undefined, replacedBy?: string): Container {
  const { name, container, definition: own } = member;
  const state = containerState(task, container);
  const health = containerHealth(container, own?.healthCheck !== undefined);
  const ipAddresses = state === 'stopped' ? [] : addressesOf(task, container);
  const startedAt = task.startedAt;
  const finishedAt = task.stoppedAt ?? task.executionStoppedAt;
  const pod = podOf(task, definition);
  const raw: EcsRaw = {
    task,
    ...(container === undefined ? {} : { container }),
    ...(definition === undefined ? {} : { definition }),
  };
  return withRaw(
    {
      id: containerId(task.taskArn ?? '', task.clusterArn, name),
      name: nameInPod(pod, name),
      image: imageOf(container?.image ?? own?.image, container?.imageDigest),
      state,
      ...(health === undefined ? {} : { health }),
      provider: 'ecs',
      ...(task.clusterArn === undefined ? {} : { cluster: task.clusterArn }),
      ipAddresses,
      endpoints: endpointsOf(ipAddresses, own, definition),
      labels: visibleLabels(own?.dockerLabels),
      ...(task.createdAt === undefined ? {} : { createdAt: task.createdAt }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(state !== 'stopped' || finishedAt === undefined ? {} : { finishedAt }),
      ...(state === 'stopped' ? { exit: containerExit(task, container) } : {}),
      ...(replacedBy === undefined ? {} : { replacedBy }),
      ...(pod === undefined ? {} : { pod }),
    },
    raw,
  );
}

/** The task, when it holds more than one container. Its main container is the first, and gives the task its name: ECS gives it none. */
function podOf(task: Task, definition: TaskDefinition | undefined): Pod | undefined {
  const members = membersOf(task, definition);
  if (members.length < 2 || task.taskArn === undefined) return undefined;
  const { taskArn, clusterArn } = task;
  return { id: taskArn, containers: members.map(({ name }) => containerId(taskArn, clusterArn, name)) };
}

function nameInPod(pod: Pod | undefined, name: string): string {
  const main = lastPart(pod?.containers[0] ?? name);
  return main === name ? name : `${main}.${name}`;
}

/** The image of a container; the digest is what was really pulled. */
export function imageOf(reference: string | undefined, digest?: string): Image {
  const more = { provider: 'ecs', ...(digest === undefined ? {} : { digest }) };
  try {
    return imageFromReference(reference ?? '', more);
  } catch {
    // Definitions of other programs may have a reference that core cannot parse.
    return { name: reference ?? 'unknown', reference: reference ?? 'unknown', ...more };
  }
}
