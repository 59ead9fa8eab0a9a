import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { type LaunchRequest, launchPlan } from '../launch-plan.js';
import { type RunParameters, runParameters } from '../map-run.js';
import { networkConfiguration } from '../network/network-configuration.js';
import { clusterOf } from '../session/cluster-of.js';
import type { EcsSession } from '../session/session.js';
import { logGroupOf } from './log-group.js';
import { taskDefinition } from './map-definition.js';

/** The requests of a deploy. */
export interface Deployment {
  readonly cluster: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  readonly run: RunParameters;
}

/** Maps a request. Requests nothing but the default VPC's subnets, once per connection. */
export async function planDeployment(
  session: EcsSession,
  request: LaunchRequest,
  context: OperationContext,
  family?: (cluster: string) => string,
): Promise<Deployment> {
  if (request.image.startsWith('sha256:')) {
    throw new ContainerError('invalid-argument', 'image must be a reference such as nginx:1.27; ECS cannot deploy by an image id.');
  }
  const cluster = await clusterOf(session, request.cluster, context);
  const plan = launchPlan(session.options, request);
  const run = runParameters(plan, await networkConfiguration(session, plan, context));
  const logGroup = logGroupOf(session, cluster, plan.settings.logGroup);
  if (plan.settings.logRetentionDays !== undefined) session.logRetentions.set(logGroup, plan.settings.logRetentionDays);
  const target = { cluster, region: await session.aws.region(), logGroup, run };
  return { cluster, definition: taskDefinition(request, plan, target, family?.(cluster)), run };
}
