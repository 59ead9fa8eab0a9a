import type { NetworkMode, TaskDefinition } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { DeployRequest } from '@cloud/container-core/driver-kit';
import type { EcsDeployOptions } from './deploy-options.js';
import type { EcsLaunchSettings } from './launch-settings.js';
import { checkSecrets } from './secret-references.js';

/** What containers and services have in common when they are deployed. */
export type LaunchRequest = Omit<DeployRequest, 'start' | 'restartPolicy'>;

/** The connection's launch settings with those of one deploy over them, and what follows from them. */
export interface LaunchPlan {
  readonly settings: EcsDeployOptions;
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly fargate: boolean;
  readonly networkMode: NetworkMode;
}

/** The plan of a deploy; refuses settings that exclude each other. */
export function launchPlan(connection: EcsLaunchSettings, request: LaunchRequest): LaunchPlan {
  // The kit has checked the keys and `checkDeployOptions` what they hold.
  const plan = planOf(connection, request.own as EcsDeployOptions);
  const { fargate, networkMode } = plan;
  if (fargate && networkMode !== 'awsvpc') throw invalid(`networkMode must be awsvpc on Fargate, not ${networkMode}.`);
  checkSecrets(request.secrets);
  checkExecutionRole(plan, request);
  return plan;
}

/** The plan that follows from the connection's settings and those of a deploy, checked or not. */
export function planOf(connection: EcsLaunchSettings, own: EcsDeployOptions): LaunchPlan {
  const { settings, launchType, fargate } = placement(connection, own);
  const networkMode = settings.networkMode ?? (launchType === 'EC2' || launchType === 'EXTERNAL' ? 'bridge' : 'awsvpc');
  return { settings, fargate, networkMode, ...(launchType === undefined ? {} : { launchType }) };
}

/** The plan for a definition that is there already, and whose network mode decides. */
export function planOfDefinition(
  connection: EcsLaunchSettings,
  own: EcsLaunchSettings,
  { networkMode = 'bridge' }: Pick<TaskDefinition, 'networkMode'>,
): LaunchPlan {
  const { settings, launchType, fargate } = placement(connection, own);
  return { settings, fargate, networkMode, ...(launchType === undefined ? {} : { launchType }) };
}

/** Launch type and strategy exclude each other: whichever a deploy gives takes the place of both of the connection. */
function placement(connection: EcsLaunchSettings, own: EcsDeployOptions): Pick<LaunchPlan, 'settings' | 'launchType' | 'fargate'> {
  const { launchType: connectionType, capacityProviderStrategy: connectionStrategy, ...inherited } = connection;
  const placed = own.launchType !== undefined || own.capacityProviderStrategy !== undefined;
  const strategy = own.capacityProviderStrategy ?? (placed ? undefined : connectionStrategy);
  const launchType = strategy === undefined ? (own.launchType ?? connectionType ?? 'FARGATE') : undefined;
  const fargate = launchType === 'FARGATE' || strategy?.some(({ capacityProvider }) => /^FARGATE(_SPOT)?$/.test(capacityProvider)) === true;
  // A version of Fargate's platform is for Fargate; the connection's must not keep a deploy from EC2.
  const { platformVersion, ...others } = inherited;
  const settings = {
    ...others,
    ...(fargate && platformVersion !== undefined ? { platformVersion } : {}),
    ...own,
    ...(strategy === undefined ? {} : { capacityProviderStrategy: strategy }),
  };
  return { settings, fargate, ...(launchType === undefined ? {} : { launchType }) };
}

const ECR_HOST = /^\d{12}\.dkr[.-]ecr\./;

/** ECS refuses such a definition too, but only once something has been asked of it, and without naming the option. */
function checkExecutionRole({ settings, fargate }: LaunchPlan, request: LaunchRequest): void {
  if (settings.executionRoleArn !== undefined) return;
  const needs = [
    ...(fargate && settings.logs !== 'none' ? ['logs (or set logs: "none")'] : []),
    ...(fargate && ECR_HOST.test(request.image) ? ['images of ECR'] : []),
    ...(Object.keys(request.secrets ?? {}).length > 0 ? ['secrets'] : []),
    ...(settings.repositoryCredentials === undefined ? [] : ['repositoryCredentials']),
    ...(settings.environmentFiles === undefined ? [] : ['environmentFiles']),
  ];
  if (needs.length === 0) return;
  throw invalid(
    `executionRoleArn must be given, on the connection or in providerOptions.ecs: ECS needs that role for ${needs.join(' and for ')}.`,
  );
}

function invalid(message: string): ContainerError {
  return new ContainerError('invalid-argument', message);
}
