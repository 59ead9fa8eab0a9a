import { createHash, randomUUID } from 'node:crypto';
import type { CreateServiceCommandInput, Service as EcsService } from '@aws-sdk/client-ecs';
import { ContainerError, type Service } from '@cloud/container-core';
import {
  type DeployServiceRequest,
  FINGERPRINT_LABEL,
  IDEMPOTENCY_KEY_LABEL,
  type OperationContext,
} from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import { deleteFamily } from '../definitions/delete-definition.js';
import { mainContainer } from '../definitions/main-container.js';
import { planDeployment } from '../definitions/plan-deployment.js';
import { mirrored } from '../images/mirror-image.js';
import type { RunParameters } from '../map-run.js';
import type { EcsSession } from '../session/session.js';
import { isIndeterminate } from '../tasks/run-task.js';
import { deleteService } from './change-service.js';
import { describeService, findService } from './read-service.js';
import { reuseOrRegister, serviceFamily } from './service-definition.js';

/** Rolls a deployment back when its tasks fail to start, instead of retrying for ever. */
export const DEPLOYMENT_CONFIGURATION = { deploymentCircuitBreaker: { enable: true, rollback: true } };

/** The input of CreateService, for definitions of this driver and of other programs. */
export type NewService = Omit<CreateServiceCommandInput, 'clientToken'> & { readonly serviceName: string; readonly cluster: string };

/** Deploys a service: its definition, then the service itself, whose tasks ECS then starts. */
export async function deployService(session: EcsSession, asked: DeployServiceRequest, context: OperationContext): Promise<Service> {
  const request = await mirrored(session, asked, context);
  const plan = await planDeployment(session, request, context, (cluster) => serviceFamily(cluster, request.name));
  const present = await livingService(session, plan.cluster, request.name, context);
  if (present !== undefined) return sameService(session, plan.cluster, present, request, context);
  const key = request.idempotency?.key;
  try {
    const { definition } = await reuseOrRegister(session, plan.definition, request.reservedLabels, context);
    const input = {
      cluster: plan.cluster,
      serviceName: request.name,
      taskDefinition: definition.taskDefinitionArn,
      desiredCount: request.replicas,
      deploymentConfiguration: DEPLOYMENT_CONFIGURATION,
      ...serviceParameters(plan.run),
    };
    return await describeService(session, await createService(session, input, key, context), context);
  } catch (error) {
    await context.cleanUp(`the task definitions of service ${request.name}`, (own) =>
      discardDefinitions(session, plan.cluster, request.name, own),
    );
    throw error;
  }
}

/** The tasks get the tags as well, since they cause the costs. */
export function serviceParameters(run: RunParameters): RunParameters & Pick<CreateServiceCommandInput, 'propagateTags'> {
  return run.tags === undefined ? run : { ...run, propagateTags: 'SERVICE' };
}

/** Removes the definitions of a service that was not created. */
async function discardDefinitions(session: EcsSession, cluster: string, name: string, context: RequestContext): Promise<void> {
  if ((await livingService(session, cluster, name, context)) === undefined) {
    await deleteFamily(session, serviceFamily(cluster, name), context);
  }
}

/**
 * Makes a service of a definition. With its token, a request that is repeated after a lost reply makes no second one.
 *
 * @param key with one, a service that may have been made although no reply came stays, for the next call with the key to find; without
 *   one it is deleted
 */
export async function createService(
  session: EcsSession,
  input: NewService,
  key: string | undefined,
  context: OperationContext,
): Promise<EcsService> {
  const clientToken = key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 36);
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    context.signal.throwIfAborted();
    try {
      const { service } = await session.aws.ecs('createService', { ...input, clientToken }, context);
      if (service === undefined) throw new ContainerError('internal', 'CreateService returned no service.');
      context.waitingFor(undefined);
      return service;
    } catch (error) {
      if (key === undefined && isIndeterminate(error, context)) {
        await context.cleanUp(`service ${input.serviceName}`, async (own) => {
          // By its token ECS knows whether it made the service; if it did not, it makes it, and it is deleted all the same.
          await session.aws.ecs('createService', { ...input, clientToken }, own);
          await deleteService(session, { cluster: input.cluster, name: input.serviceName }, own);
        });
      }
      // "Creation of service was not idempotent.", "Unable to Start a service that is still Draining."
      const message = error instanceof Error && error.name === 'InvalidParameterException' ? error.message : '';
      if (/not idempotent/i.test(message)) throw taken(input.serviceName, input.cluster, error);
      if (!/still draining/i.test(message)) throw error;
      context.waitingFor(`an earlier service ${input.serviceName} is still draining`);
      await backoff.pause(context.signal);
    }
  }
}

async function livingService(session: EcsSession, cluster: string, name: string, context: RequestContext): Promise<EcsService | undefined> {
  const service = await findService(session, { cluster, name }, context);
  return service?.status === 'ACTIVE' ? service : undefined;
}

/** The service of this name, if the same key and options made it. */
async function sameService(
  session: EcsSession,
  cluster: string,
  service: EcsService,
  { idempotency, name }: DeployServiceRequest,
  context: OperationContext,
): Promise<Service> {
  const definition = await session.definitions.get(service.taskDefinition, context);
  const labels = mainContainer(definition ?? {})?.dockerLabels ?? {};
  const same =
    idempotency !== undefined && labels[IDEMPOTENCY_KEY_LABEL] === idempotency.key && labels[FINGERPRINT_LABEL] === idempotency.fingerprint;
  if (!same) throw taken(name, cluster);
  return describeService(session, service, context);
}

function taken(name: string, cluster: string, cause?: unknown): ContainerError {
  return new ContainerError(
    'conflict',
    `Service ${JSON.stringify(name)} already exists in cluster ${JSON.stringify(cluster)}. Change it with updateService.`,
    {
      cause,
    },
  );
}
