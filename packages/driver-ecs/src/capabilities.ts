import { type Capabilities, type DeployCapabilities, FULL_DEPLOY_CAPABILITIES, type NumberRange } from '@cloud/container-core';
import { MAX_FARGATE_CPU, MAX_FARGATE_MEMORY_MIB } from './definitions/fargate-sizes.js';
import type { EcsDeployOptions } from './deploy-options.js';
import { type LaunchPlan, planOf } from './launch-plan.js';
import type { EcsLaunchSettings } from './launch-settings.js';

const { healthCheck, stopTimeoutSeconds } = FULL_DEPLOY_CAPABILITIES;
const UNSUPPORTED = { support: 'unsupported' } as const;

/** Fargate kills after 120 s at the latest. */
const MAX_FARGATE_STOP_TIMEOUT_SECONDS = 120;

/** What ECS does wherever a task runs; https://docs.aws.amazon.com/AmazonECS/latest/developerguide is the source. */
const EVERYWHERE = {
  ...FULL_DEPLOY_CAPABILITIES,
  // Its own restart policy never restarts what ends within a minute; `providerOptions.ecs.restartPolicy` has it, services do better.
  restartPolicy: UNSUPPORTED,
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html; what is below its bounds is rounded up.
  healthCheck: {
    support: 'enforced',
    intervalSeconds: upTo(healthCheck.intervalSeconds, 300),
    timeoutSeconds: upTo(healthCheck.timeoutSeconds, 60),
    retries: upTo(healthCheck.retries, 10),
    startPeriodSeconds: upTo(healthCheck.startPeriodSeconds, 300),
  },
  platform: { support: 'enforced', values: ['linux/amd64', 'linux/arm64', 'linux/arm64/v8'] },
  // Fargate always pulls; on EC2 it is a setting of the instance's agent.
  pullPolicy: UNSUPPORTED,
  // ECS reads them from Secrets Manager: `providerOptions.ecs.repositoryCredentials`.
  credentials: UNSUPPORTED,
} as const satisfies DeployCapabilities;

/** What a connection with these launch settings can do. */
export function ecsCapabilities(connection: EcsLaunchSettings): Capabilities {
  return {
    groups: ['images', 'clusters', 'locations', 'services'],
    // A stopped task is terminal: starting it again is a new task.
    restart: 'replace',
    uniqueNames: false,
    startLater: false,
    imageIds: false,
    // A task that had ended by itself before it was destroyed stays visible to other connections for its hour.
    destroy: 'eventual',
    deploy: ecsDeployCapabilities(connection, {}),
    // The awslogs driver merges the streams, drops empty lines and splits long ones.
    logs: { streams: 'merged', timestamps: 'milliseconds', emptyLines: false, maxLineBytes: 16_384 },
    run: { stdin: false },
    // The grace period is the definition's `stopTimeout`.
    stop: { gracePerCall: false },
  };
}

/** What ECS takes of a deploy: the connection's launch settings and the deploy's own decide where it runs. */
export function ecsDeployCapabilities(connection: EcsLaunchSettings, own: EcsDeployOptions): DeployCapabilities {
  const plan = planOf(connection, own);
  const ports = portsOf(plan);
  if (!plan.fargate) return { ...EVERYWHERE, ports };
  return {
    ...EVERYWHERE,
    ports,
    cpu: { ...EVERYWHERE.cpu, max: MAX_FARGATE_CPU },
    memoryMiB: { ...EVERYWHERE.memoryMiB, max: MAX_FARGATE_MEMORY_MIB },
    // Fargate has no host whose paths could be bound, and keeps no volumes but those of EFS.
    mounts: { support: 'enforced', types: ['volume', 'tmpfs'], volumeNames: Object.keys(own.efsVolumes ?? {}) },
    stopTimeoutSeconds: { support: 'enforced', ...upTo(stopTimeoutSeconds, MAX_FARGATE_STOP_TIMEOUT_SECONDS) },
  };
}

/** No network mode listens on one address of a host; only `bridge` publishes a port at another one. */
function portsOf({ networkMode }: LaunchPlan): DeployCapabilities['ports'] {
  if (networkMode === 'none') return UNSUPPORTED;
  const hostPort = networkMode === 'bridge' ? 'any' : 'same';
  return { ...EVERYWHERE.ports, hostPort, hostAddress: false };
}

function upTo({ min }: NumberRange, max: number): NumberRange {
  return { min, max };
}

/** What Amazon ECS can do with the default options: Fargate. */
export const ECS_CAPABILITIES = ecsCapabilities({});
