import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, ContainerError, parseReference } from '@cloud/container-core';
import type { DeployRequest, OperationContext } from '@cloud/container-core/driver-kit';
import { clusterOf } from '../clusters/cluster-of.js';
import { taskDefinition } from '../definitions/map-definition.js';
import { installImage } from '../images/install-image.js';
import { STARTED_BY } from '../labels.js';
import { type LaunchRequest, launchPlan } from '../launch-plan.js';
import { logGroupOf } from '../logs/log-group.js';
import { type RunParameters, runParameters } from '../map-run.js';
import { networkConfiguration } from '../network/network-configuration.js';
import type { EcsSession } from '../session.js';
import { freshToken } from './client-token.js';
import { membersOf, toContainer } from './map-container.js';
import { runByKey } from './run-by-key.js';
import { runRegistered } from './run-registered.js';

/** What a deploy asks of ECS. */
export interface Deployment {
  readonly cluster: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  readonly run: RunParameters;
}

/** Maps a request; asks only for the default VPC's subnets, and that once. */
export async function planDeployment(
  session: EcsSession,
  request: LaunchRequest,
  context: OperationContext,
  family?: (cluster: string) => string,
): Promise<Deployment> {
  if (request.image.startsWith('sha256:')) {
    throw new ContainerError('invalid-argument', 'image must be a reference such as nginx:1.27; ECS can not deploy by an image id.');
  }
  const cluster = await clusterOf(session, request.cluster, context);
  const plan = launchPlan(session.options, request);
  const run = runParameters(plan, await networkConfiguration(session, plan, context));
  const logGroup = logGroupOf(session, cluster, plan.settings.logGroup);
  if (plan.settings.logRetentionDays !== undefined) session.logRetentions.set(logGroup, plan.settings.logRetentionDays);
  const around = { cluster, region: await session.aws.region(), logGroup, run };
  return { cluster, definition: taskDefinition(request, plan, around, family?.(cluster)), run };
}

/**
 * Deploys with as few requests as can be: a definition that was used before is found by its family, so one RunTask is enough;
 * only when ECS does not know it is it registered.
 */
export async function deployContainer(session: EcsSession, asked: DeployRequest, context: OperationContext): Promise<Container> {
  const request = await mirrored(session, asked, context);
  const { cluster, definition, run } = await planDeployment(session, request, context);
  const input = { cluster, taskDefinition: definition.family, startedBy: STARTED_BY, ...run };
  const task =
    request.idempotency === undefined
      ? await runRegistered(session, { ...input, clientToken: freshToken() }, definition, 'stop', context)
      : await runByKey(session, input, request.idempotency.key, definition, context);
  // What ECS has under the family says the same. Asking for it could only fail, when the container is there already.
  const described = session.definitions.known(task.taskDefinitionArn) ?? (definition as TaskDefinition);
  const [member] = membersOf(task, described);
  if (member === undefined) throw new ContainerError('internal', `RunTask gave a task without containers (${task.taskArn}).`);
  return toContainer(task, member, described);
}

/**
 * With `mirror` the image is copied into ECR first, and the one there is deployed.
 *
 * One platform of it gets a tag of its own, `1.27-linux-arm64`: under the plain tag are all of them, for whoever deploys those.
 */
export async function mirrored<Request extends LaunchRequest>(
  session: EcsSession,
  request: Request,
  context: OperationContext,
): Promise<Request> {
  const { image, platform, own } = request;
  if (own['mirror'] !== true || image.startsWith('sha256:')) return request;
  const { registry, tag, digest } = parseReference(image);
  if (registry === (await session.registry.host(context))) return request;
  const ofPlatform = platform === undefined ? {} : { platform, ...(digest === undefined ? { tag: platformTag(tag, platform) } : {}) };
  const { reference: path } = await installImage(session, image, ofPlatform, context);
  return { ...request, image: path };
}

function platformTag(tag = 'latest', platform: string): string {
  return `${tag}-${platform.replaceAll('/', '-')}`;
}
