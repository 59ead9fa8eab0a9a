import type { Service as EcsService } from '@aws-sdk/client-ecs';
import { ContainerError, type Service } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import { deleteFamily, deregister } from '../definitions/discard-definition.js';
import { registerAgain, registerDefinition } from '../definitions/register-definition.js';
import { familyOf } from '../identifiers.js';
import type { EcsSession } from '../session.js';
import { describeService, findService, requireService, type ServiceAddress, serviceAddress } from './read-service.js';
import { reuseOrRegister, serviceFamily } from './service-definition.js';

/** Scales a service, or rolls out another image. */
export async function updateService(
  session: EcsSession,
  id: string,
  changes: { readonly desired?: number; readonly image?: string },
  context: OperationContext,
): Promise<Service> {
  const { address, service } = await requireService(session, id, context);
  const { cluster, name } = address;
  const revision = changes.image === undefined ? undefined : await withImage(session, address, service, changes.image, context);
  try {
    const { service: updated } = await session.aws.ecs(
      'updateService',
      {
        cluster,
        service: name,
        ...(changes.desired === undefined ? {} : { desiredCount: changes.desired }),
        ...(revision === undefined ? {} : { taskDefinition: revision.arn }),
      },
      context,
    );
    if (updated === undefined) throw new ContainerError('internal', 'UpdateService gave no service.');
    return await describeService(session, updated, context);
  } catch (error) {
    if (revision?.registered === true) await context.cleanUp((signal) => deregister(session, revision.arn, { ...context, signal }));
    throw error;
  }
}

/** A revision that differs from the service's by the image of its first container. Earlier ones stay: a roll-back needs them. */
async function withImage(
  session: EcsSession,
  { cluster, name }: ServiceAddress,
  service: EcsService,
  image: string,
  context: RequestContext,
) {
  const current = await session.definitions.get(service.taskDefinition, context);
  if (current === undefined) throw new ContainerError('precondition-failed', `The task definition of the service ${name} was deleted.`);
  const [first, ...others] = current.containerDefinitions ?? [];
  const input = { ...registerAgain(current), containerDefinitions: [{ ...first, image }, ...others] };
  // Others' families are theirs: no label of ours goes into them.
  const { definition, registered } =
    current.family === serviceFamily(cluster, name)
      ? await reuseOrRegister(session, input, {}, context)
      : { definition: await registerDefinition(session, input, context), registered: true };
  return { arn: definition.taskDefinitionArn ?? '', registered };
}

/** Deletes a service, waits until its tasks have gone, and removes the definitions that its deploys registered. */
export async function destroyService(session: EcsSession, id: string, context: OperationContext): Promise<void> {
  const address = await serviceAddress(session, id);
  const found = address === undefined ? undefined : await findService(session, address, context);
  if (address === undefined || found === undefined) return;
  const { cluster, name } = address;
  if (found.status === 'ACTIVE') await deleteService(session, address, context);
  const backoff = new Backoff(session.pollInterval);
  for (let service: EcsService | undefined = found; service !== undefined && service.status !== 'INACTIVE'; ) {
    service = await findService(session, address, context);
    if (service?.status === 'DRAINING') await backoff.pause(context.signal);
  }
  const family = serviceFamily(cluster, name);
  if (familyOf(found.taskDefinition ?? '') === family) await deleteFamily(session, family, context);
}

async function deleteService(session: EcsSession, { cluster, name }: ServiceAddress, context: RequestContext): Promise<void> {
  try {
    await session.aws.ecs('deleteService', { cluster, service: name, force: true }, context);
  } catch (error) {
    if (!(error instanceof Error && /^Service(NotFound|NotActive)Exception$/.test(error.name))) throw error;
  }
}
