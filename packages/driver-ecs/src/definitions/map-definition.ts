import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { fingerprint, MANAGED_LABEL } from '@cloud/container-core/driver-kit';
import { RUN_LABEL } from '../labels.js';
import type { LaunchPlan, LaunchRequest } from '../launch-plan.js';
import type { RunParameters } from '../map-run.js';
import { fitFargateSize } from './fargate-sizes.js';
import { healthCheck } from './map-health-check.js';
import { portMappings } from './map-ports.js';
import { volumesOf } from './map-volumes.js';

/** The first part of a container's log stream: `cloud/<container>/<task>`. */
export const LOG_STREAM_PREFIX = 'cloud';

/** Memory of a container on EC2 when none is asked for; ECS wants a number. */
const DEFAULT_MEMORY_MIB = 512;

/** What a definition says besides what was asked for. */
export interface DefinitionSurroundings {
  readonly cluster: string;
  readonly region: string;
  readonly logGroup: string;
  readonly run: RunParameters;
}

/**
 * The task definition of a deploy.
 *
 * Its family is the container's name and a hash over all the rest, so that the same deploy finds the same definition again with no
 * request but RunTask. All that RunTask needs is in it too, so that a stopped container can be started again as it was, and its
 * cluster, so that the containers that need it are all in one.
 */
export function taskDefinition(
  request: LaunchRequest,
  plan: LaunchPlan,
  around: DefinitionSurroundings,
  family?: string,
): RegisterTaskDefinitionCommandInput {
  const { settings, fargate, networkMode } = plan;
  const size = fargate ? fitFargateSize({ cpu: request.cpu, memoryMiB: request.memoryMiB }) : undefined;
  const volumes = volumesOf(request.mounts, settings);
  const content = {
    networkMode,
    containerDefinitions: [
      containerDefinition(request, plan, around, size?.memoryMiB, {
        ...(volumes.mountPoints.length === 0 ? {} : { mountPoints: volumes.mountPoints }),
        ...linuxParameters(settings.initProcess, volumes.tmpfs),
      }),
    ],
    ...(volumes.volumes.length === 0 ? {} : { volumes: volumes.volumes }),
    ...(fargate ? { requiresCompatibilities: ['FARGATE' as const] } : {}),
    ...(size === undefined ? {} : { cpu: String(size.cpuUnits), memory: String(size.memoryMiB) }),
    ...(settings.executionRoleArn === undefined ? {} : { executionRoleArn: settings.executionRoleArn }),
    ...(settings.taskRoleArn === undefined ? {} : { taskRoleArn: settings.taskRoleArn }),
    ...(settings.ephemeralStorageGiB === undefined ? {} : { ephemeralStorage: { sizeInGiB: settings.ephemeralStorageGiB } }),
    ...(request.platform === undefined ? {} : { runtimePlatform: runtimePlatform(request.platform) }),
  };
  return { family: family ?? ownFamily(request.name, around.cluster, content), ...content };
}

/** The family of a definition that is ours: whoever deploys the same to the same cluster comes to the same. */
export function ownFamily(name: string, cluster: string, content: Omit<RegisterTaskDefinitionCommandInput, 'family'>): string {
  return `${name}-${fingerprint({ cluster, ...content }).slice(0, 16)}`;
}

function containerDefinition(
  request: LaunchRequest,
  { settings, networkMode, fargate }: LaunchPlan,
  { region, logGroup, run }: DefinitionSurroundings,
  taskMemoryMiB: number | undefined,
  more: Pick<ContainerDefinition, 'mountPoints' | 'linuxParameters'>,
): ContainerDefinition {
  const environment = Object.entries(request.env).map(([name, value]) => ({ name, value }));
  const secrets = Object.entries(request.secrets ?? {}).map(([name, valueFrom]) => ({ name, valueFrom }));
  const ports = portMappings(request.ports, networkMode);
  const policy = settings.restartPolicy;
  return {
    name: request.name,
    image: request.image,
    essential: true,
    memory: taskMemoryMiB ?? request.memoryMiB ?? DEFAULT_MEMORY_MIB,
    ...(request.cpu === undefined || fargate ? {} : { cpu: Math.max(2, Math.round(request.cpu * 1024)) }),
    ...(request.command === undefined ? {} : { command: [...request.command] }),
    ...(request.entrypoint === undefined ? {} : { entryPoint: [...request.entrypoint] }),
    ...(environment.length === 0 ? {} : { environment: environment.sort(byName) }),
    ...(secrets.length === 0 ? {} : { secrets: secrets.sort(byName) }),
    ...(settings.environmentFiles === undefined
      ? {}
      : { environmentFiles: settings.environmentFiles.map((value) => ({ value, type: 's3' as const })) }),
    ...(ports.length === 0 ? {} : { portMappings: ports }),
    ...(request.healthCheck === undefined ? {} : { healthCheck: healthCheck(request.healthCheck) }),
    ...(request.user === undefined ? {} : { user: request.user }),
    ...(request.workingDirectory === undefined ? {} : { workingDirectory: request.workingDirectory }),
    ...(request.stopTimeoutSeconds === undefined ? {} : { stopTimeout: stopTimeout(request.stopTimeoutSeconds, fargate) }),
    ...(settings.repositoryCredentials === undefined
      ? {}
      : { repositoryCredentials: { credentialsParameter: settings.repositoryCredentials } }),
    ...(settings.ulimits === undefined
      ? {}
      : { ulimits: settings.ulimits.map((limit) => ({ ...limit })) as NonNullable<ContainerDefinition['ulimits']> }),
    ...(settings.privileged === undefined ? {} : { privileged: settings.privileged }),
    ...(settings.readonlyRootFilesystem === undefined ? {} : { readonlyRootFilesystem: settings.readonlyRootFilesystem }),
    ...(policy === undefined
      ? {}
      : {
          restartPolicy: {
            enabled: true,
            ...(policy.restartAttemptPeriodSeconds === undefined ? {} : { restartAttemptPeriod: policy.restartAttemptPeriodSeconds }),
            ...(policy.ignoredExitCodes === undefined ? {} : { ignoredExitCodes: [...policy.ignoredExitCodes] }),
          },
        }),
    ...(settings.logs === 'none'
      ? {}
      : {
          logConfiguration: {
            logDriver: 'awslogs' as const,
            options: {
              'awslogs-group': logGroup,
              'awslogs-region': region,
              'awslogs-stream-prefix': LOG_STREAM_PREFIX,
              // ECS's default became non-blocking on 2025-06-25, which may drop lines.
              mode: settings.logMode ?? 'blocking',
            },
          },
        }),
    dockerLabels: { ...request.labels, [MANAGED_LABEL]: 'true', [RUN_LABEL]: JSON.stringify(run) },
    ...more,
  };
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

function linuxParameters(
  initProcessEnabled: boolean | undefined,
  tmpfs: readonly { readonly containerPath: string; readonly size: number; readonly mountOptions?: string[] }[],
): Pick<ContainerDefinition, 'linuxParameters'> {
  if (initProcessEnabled === undefined && tmpfs.length === 0) return {};
  return {
    linuxParameters: {
      ...(initProcessEnabled === undefined ? {} : { initProcessEnabled }),
      ...(tmpfs.length === 0 ? {} : { tmpfs: [...tmpfs] }),
    },
  };
}

/** Fargate kills after 2 s at the earliest. */
function stopTimeout(seconds: number, fargate: boolean): number {
  return Math.max(fargate ? 2 : 0, Math.ceil(seconds));
}

function runtimePlatform(platform: string): NonNullable<RegisterTaskDefinitionCommandInput['runtimePlatform']> {
  return { cpuArchitecture: platform.startsWith('linux/arm64') ? 'ARM64' : 'X86_64', operatingSystemFamily: 'LINUX' };
}
