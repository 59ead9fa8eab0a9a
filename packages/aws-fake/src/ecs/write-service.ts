import type { Rollout, Service, ServiceDeployment } from './service.js';
import { live, running, thresholdOf } from './service-scheduler.js';
import { writeTags } from './tags.js';
import { seconds } from './time.js';

export function writeService(service: Service, include: readonly string[] = []) {
  const count = (of: (rollout: Rollout) => number) => service.rollouts.reduce((sum, rollout) => sum + of(rollout), 0);
  const [current] = service.deployments;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: count(running),
    pendingCount: count((rollout) => live(rollout).length - running(rollout)),
    taskDefinition: service.definition.arn,
    deploymentConfiguration: service.configuration,
    deployments: service.rollouts.map((rollout, index) => writeRollout(service, rollout, index === 0)),
    events: service.events.map((event) => ({ ...event, createdAt: seconds(event.createdAt) })),
    createdAt: seconds(service.createdAt),
    createdBy: service.cluster.arn.replace(/^arn:aws:ecs:[^:]*:(\d+):.*$/, 'arn:aws:iam::$1:user/tester'),
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    availabilityZoneRebalancing: 'DISABLED',
    ...launchOf(service),
    ...(include.includes('TAGS') ? { tags: writeTags(service.tags) } : {}),
    ...(current === undefined ? {} : { currentServiceDeployment: current.arn }),
    ...(service.lastCompleted === undefined ? {} : { currentServiceRevisions: [countsOf(service.lastCompleted)] }),
  };
}

function writeRollout(service: Service, rollout: Rollout, primary: boolean) {
  const now = live(rollout).length;
  return {
    id: rollout.id,
    status: primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: rollout.definition.arn,
    desiredCount: primary ? service.desiredCount : now,
    pendingCount: now - running(rollout),
    runningCount: running(rollout),
    failedTasks: rollout.failedTasks,
    createdAt: seconds(rollout.createdAt),
    updatedAt: seconds(rollout.updatedAt),
    rolloutState: rollout.state,
    rolloutStateReason: rollout.reason,
    ...launchOf(service),
  };
}

function launchOf({ placement, networkConfiguration }: Service) {
  return {
    ...(placement.capacityProvider === undefined
      ? { launchType: placement.launchType }
      : { capacityProviderStrategy: [{ capacityProvider: placement.capacityProvider, weight: 1, base: 0 }] }),
    ...(placement.platformVersion === undefined ? {} : { platformVersion: placement.platformVersion, platformFamily: 'Linux' }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
  };
}

export function writeDeployment(service: Service, deployment: ServiceDeployment) {
  const { rollback, target, sourceRevisionArn } = deployment;
  return {
    ...writeProgress(service, deployment),
    updatedAt: seconds(deployment.updatedAt),
    targetServiceRevision: { ...countsOf(target), requestedTaskCount: service.desiredCount },
    ...(sourceRevisionArn === undefined ? {} : { sourceServiceRevisions: [{ arn: sourceRevisionArn }] }),
    deploymentConfiguration: service.configuration,
    deploymentCircuitBreaker: {
      status: breakerStatus(service, deployment),
      failureCount: target.failedTasks,
      threshold: thresholdOf(service),
    },
    ...(rollback === undefined
      ? {}
      : {
          rollback: { reason: rollback.reason, startedAt: seconds(rollback.startedAt), serviceRevisionArn: rollback.rollout.revisionArn },
        }),
  };
}

function breakerStatus(service: Service, deployment: ServiceDeployment): string {
  if (service.configuration.deploymentCircuitBreaker?.enable !== true) return 'DISABLED';
  if (deployment.target.state === 'FAILED') return 'TRIGGERED';
  return deployment.finishedAt === undefined ? 'MONITORING' : 'MONITORING_COMPLETE';
}

/** As ListServiceDeployments shows it. */
export const writeDeploymentBriefly = (service: Service, deployment: ServiceDeployment) => ({
  ...writeProgress(service, deployment),
  targetServiceRevisionArn: deployment.target.revisionArn,
});

const writeProgress = (service: Service, deployment: ServiceDeployment) => ({
  serviceDeploymentArn: deployment.arn,
  serviceArn: service.arn,
  clusterArn: service.cluster.arn,
  createdAt: seconds(deployment.createdAt),
  startedAt: seconds(deployment.createdAt),
  status: deployment.status,
  ...(deployment.finishedAt === undefined ? {} : { finishedAt: seconds(deployment.finishedAt) }),
  ...(deployment.statusReason === undefined ? {} : { statusReason: deployment.statusReason }),
});

const countsOf = (rollout: Rollout) => ({
  arn: rollout.revisionArn,
  requestedTaskCount: live(rollout).length,
  runningTaskCount: running(rollout),
  pendingTaskCount: live(rollout).length - running(rollout),
});
