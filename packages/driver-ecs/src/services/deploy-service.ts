import { createHash, randomUUID } from 'node:crypto';
import type { CreateServiceCommandInput, Service as EcsService } from '@aws-sdk/client-ecs';
import { ContainerError, type Service } from '@cloud/container-core';
import {
  type DeployServiceRequest,
  FINGERPRINT_LABEL,
  IDEMPOTENCY_KEY_LABEL,
  type OperationContext,
} from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import { mirrored, planDeployment } from '../containers/deploy-container.js';
import { deregister } from '../definitions/discard-definition.js';
import type { EcsSession } from '../session.js';
import { describeService, findService } from './read-service.js';
import { reuseOrRegister, serviceFamily } from './service-definition.js';

/** A deployment whose tasks do not come up is given up and rolled back, instead of being tried for ever. */
export const DEPLOYMENT_CONFIGURATION = { deploymentCircuitBreaker: { enable: true, rollback: true } };

/** What a service is made of, whether we registered its definition or somebody else did. */
export type NewService = Omit<CreateServiceCommandInput, 'clientToken'> & { readonly serviceName: string; readonly cluster: string };

/** Deploys a service: its definition, then the service itself, whose tasks ECS then starts. */
export async function deployService(session: EcsSession, asked: DeployServiceRequest, context: OperationContext): Promise<Service> {
  const request = await mirrored(session, asked, context);
  const plan = await planDeployment(session, request, context, (cluster) => serviceFamily(cluster, request.name));
  const present = await livingService(session, plan.cluster, request.name, context);
  if (present !== undefined) return sameService(session, present, request, context);
  const { definition, registered } = await reuseOrRegister(session, plan.definition, request.reservedLabels, context);
  try {
    return await createService(
      session,
      {
        cluster: plan.cluster,
        serviceName: request.name,
        taskDefinition: definition.taskDefinitionArn,
        desiredCount: request.desired,
        deploymentConfiguration: DEPLOYMENT_CONFIGURATION,
        ...plan.run,
      },
      request.idempotency?.key,
      context,
    );
  } catch (error) {
    const arn = definition.taskDefinitionArn;
    if (registered && arn !== undefined) await context.cleanUp((signal) => deregister(session, arn, { ...context, signal }));
    throw error;
  }
}

/** Makes a service of a definition. With its token, a request that is repeated after a lost reply makes no second one. */
export async function createService(
  session: EcsSession,
  input: NewService,
  key: string | undefined,
  context: OperationContext,
): Promise<Service> {
  const clientToken = key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 36);
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    try {
      const { service } = await session.aws.ecs('createService', { ...input, clientToken }, context);
      if (service === undefined) throw new ContainerError('internal', 'CreateService gave no service.');
      return await describeService(session, service, context);
    } catch (error) {
      // "Creation of service was not idempotent.", "Unable to Start a service that is still Draining."
      const message = error instanceof Error && error.name === 'InvalidParameterException' ? error.message : '';
      if (/not idempotent/i.test(message)) throw taken(input.serviceName, input.cluster, error);
      if (!/still draining/i.test(message)) throw error;
      await backoff.pause(context.signal);
    }
  }
}

async function livingService(
  session: EcsSession,
  cluster: string,
  name: string,
  context: OperationContext,
): Promise<EcsService | undefined> {
  const service = await findService(session, { cluster, name }, context);
  return service?.status === 'ACTIVE' ? service : undefined;
}

/** The service of this name, if the same key and options made it. */
async function sameService(
  session: EcsSession,
  service: EcsService,
  { idempotency, name, cluster }: DeployServiceRequest,
  context: OperationContext,
): Promise<Service> {
  const definition = await session.definitions.get(service.taskDefinition, context);
  const labels = definition?.containerDefinitions?.[0]?.dockerLabels ?? {};
  const same =
    idempotency !== undefined && labels[IDEMPOTENCY_KEY_LABEL] === idempotency.key && labels[FINGERPRINT_LABEL] === idempotency.fingerprint;
  if (!same) throw taken(name, session.clusterOf(cluster));
  return describeService(session, service, context);
}

function taken(name: string, cluster: string, cause?: unknown): ContainerError {
  return new ContainerError('conflict', `There is a service ${name} in the cluster ${cluster} already; updateService changes it.`, {
    cause,
  });
}
