import type { Service } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { CreateServiceOptions } from '../ecs-driver.js';
import { planOfDefinition } from '../launch-plan.js';
import { runParameters } from '../map-run.js';
import { networkConfiguration } from '../network/network-configuration.js';
import { clusterOf } from '../session/cluster-of.js';
import type { EcsSession } from '../session/session.js';
import { createService, DEPLOYMENT_CONFIGURATION, serviceParameters } from './deploy-service.js';
import { describeService } from './read-service.js';

/** Creates a service from an existing task definition. */
export async function createServiceOf(session: EcsSession, options: CreateServiceOptions, context: OperationContext): Promise<Service> {
  const { name, taskDefinition, replicas = 1, cluster, propagateTags, signal: _signal, timeoutMs: _timeoutMs, ...settings } = options;
  const definition = await session.definitions.require(taskDefinition, context);
  const plan = planOfDefinition(session.options, settings, definition);
  const run = runParameters(plan, await networkConfiguration(session, plan, context));
  const input = {
    cluster: await clusterOf(session, typeof cluster === 'object' ? cluster.id : cluster, context),
    serviceName: name,
    taskDefinition,
    desiredCount: replicas,
    deploymentConfiguration: DEPLOYMENT_CONFIGURATION,
    ...serviceParameters(run),
    ...(propagateTags === undefined ? {} : { propagateTags }),
  };
  return describeService(session, await createService(session, input, undefined, context), context);
}
