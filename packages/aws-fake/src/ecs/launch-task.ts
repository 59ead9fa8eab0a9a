import { randomBytes, randomUUID } from 'node:crypto';
import { ecsArn } from './arns.js';
import type { Cluster } from './cluster.js';
import type { TaskDefinition } from './definition-store.js';
import type { TaskOverride } from './launch-shape.js';
import type { Placement, TaskNetwork } from './placement.js';
import type { EcsState } from './state.js';
import type { Tags } from './tags.js';
import type { Task, TaskContainer } from './task.js';

export interface LaunchOrder {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly placement: Placement;
  readonly network: TaskNetwork | undefined;
  readonly overrides: TaskOverride | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly tags: Tags;
  readonly enableExecuteCommand: boolean;
}

/** Makes a task out of an order; it does nothing until the lifecycle begins it. */
export function createTask(state: EcsState, order: LaunchOrder): Task {
  const { cluster, definition, placement, network, overrides } = order;
  const id = randomBytes(16).toString('hex');
  const arn = ecsArn(state.identity, `task/${cluster.name}/${id}`);
  const subnet = network?.subnets[Math.floor(Math.random() * network.subnets.length)];
  const now = state.clock.now();
  return {
    id,
    arn,
    cluster,
    definition,
    group: order.group,
    startedBy: order.startedBy,
    launchType: placement.launchType,
    capacityProvider: placement.capacityProvider,
    platformVersion: placement.platformVersion,
    enableExecuteCommand: order.enableExecuteCommand,
    overrides: {
      containerOverrides: definition.containers.map((container) => overrideOf(overrides, container.name)),
      inferenceAcceleratorOverrides: [],
      ...rest(overrides),
    },
    cpu: overrides?.cpu ?? definition.input.cpu,
    memory: overrides?.memory ?? definition.input.memory,
    containers: definition.containers.map((container) => createContainer(state, order, id, container)),
    createdAt: now,
    visibleAt: now + state.knobs.invisibleMs,
    attachmentId: randomUUID(),
    networkInterface:
      network === undefined || subnet === undefined ? undefined : state.network.attach(subnet, network.groups, network.assignPublicIp),
    tags: new Map(order.tags),
    version: 1,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
  };
}

function createContainer(state: EcsState, order: LaunchOrder, taskId: string, definition: TaskContainer['definition']): TaskContainer {
  const override = overrideOf(order.overrides, definition.name);
  const environment = [...(definition.environment ?? []), ...(override.environment ?? [])];
  return {
    definition,
    arn: ecsArn(state.identity, `container/${order.cluster.name}/${taskId}/${randomUUID()}`),
    runtimeId: `${taskId}-${Math.floor(Math.random() * 1e10)}`,
    command: override.command ?? definition.command,
    environment: Object.fromEntries(environment.map(({ name = '', value = '' }) => [name, value])),
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
  };
}

const overrideOf = (overrides: TaskOverride | undefined, name: string) =>
  overrides?.containerOverrides?.find((override) => override.name === name) ?? { name };

function rest(overrides: TaskOverride | undefined): Omit<TaskOverride, 'containerOverrides'> {
  const { containerOverrides: _, ...others } = overrides ?? {};
  return others;
}
