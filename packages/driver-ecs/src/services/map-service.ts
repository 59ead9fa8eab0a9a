import type { Deployment, Service as EcsService, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Replicas, Service, ServiceDeployment } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';
import { mainContainer } from '../definitions/main-container.js';
import { serviceId } from '../identifiers.js';
import { imageOf } from '../tasks/map-container.js';

const ROLLOUTS: Readonly<Record<string, ServiceDeployment['state']>> = {
  IN_PROGRESS: 'in-progress',
  COMPLETED: 'completed',
  FAILED: 'failed',
};

/** @param definitions the task definitions of the service and its deployments, by ARN */
export function toService(service: EcsService, definitions: ReadonlyMap<string | undefined, TaskDefinition | undefined>): Service {
  const { serviceArn, serviceName, clusterArn, taskDefinition, createdAt } = service;
  const own = mainContainer(definitions.get(taskDefinition) ?? {});
  return withRaw(
    {
      id: serviceId(serviceArn ?? '', clusterArn),
      name: serviceName ?? '',
      ...(clusterArn === undefined ? {} : { cluster: clusterArn }),
      provider: 'ecs',
      image: imageOf(own?.image),
      replicas: replicasOf(service),
      state: stateOf(service),
      // Load balancers are their owner's; the containers' own addresses are with the containers.
      endpoints: [],
      deployments: (service.deployments ?? []).map((deployment) => toDeployment(deployment, definitions.get(deployment.taskDefinition))),
      labels: visibleLabels(own?.dockerLabels),
      ...(createdAt === undefined ? {} : { createdAt }),
    },
    service,
  );
}

function toDeployment(deployment: Deployment, definition: TaskDefinition | undefined): ServiceDeployment {
  const { id, rolloutState, rolloutStateReason, createdAt } = deployment;
  const image = mainContainer(definition ?? {})?.image;
  return {
    id: id ?? '',
    state: rolloutState === undefined ? byCounts(deployment) : (ROLLOUTS[rolloutState] ?? 'unknown'),
    ...(image === undefined ? {} : { image: imageOf(image) }),
    replicas: replicasOf(deployment),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(rolloutStateReason === undefined ? {} : { message: rolloutStateReason }),
  };
}

function replicasOf({ desiredCount = 0, runningCount = 0, pendingCount = 0 }: EcsService | Deployment): Replicas {
  return { desired: desiredCount, running: runningCount, pending: pendingCount };
}

/** Deployments by other controllers than ECS's own have no rollout state. */
function byCounts({ desiredCount = 0, runningCount = 0, pendingCount = 0 }: Deployment): ServiceDeployment['state'] {
  return runningCount === desiredCount && pendingCount === 0 ? 'completed' : 'in-progress';
}

function stateOf(service: EcsService): Service['state'] {
  const { status, desiredCount = 0, runningCount = 0, pendingCount = 0, deployments = [] } = service;
  if (status === 'DRAINING') return 'draining';
  if (status === 'INACTIVE') return 'inactive';
  if (status !== 'ACTIVE') return 'unknown';
  const primary = deployments.find((deployment) => deployment.status === 'PRIMARY');
  if (primary?.rolloutState === 'FAILED') return 'failed';
  const completed = primary === undefined || primary.rolloutState === undefined || primary.rolloutState === 'COMPLETED';
  return completed && deployments.length <= 1 && runningCount === desiredCount && pendingCount === 0 ? 'steady' : 'deploying';
}
