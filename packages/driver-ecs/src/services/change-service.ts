import type { Service as EcsService } from '@aws-sdk/client-ecs';
import { ContainerError, type Service } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { Backoff } from '../client/backoff.js';
import { deleteFamily, deleteRevision } from '../definitions/delete-definition.js';
import { withMainContainer } from '../definitions/main-container.js';
import { withoutMarks } from '../definitions/map-marks.js';
import { registerAgain, registerDefinition } from '../definitions/register-definition.js';
import { familyOf, type ServiceAddress } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';
import { describeService, findService, requireService, serviceOf } from './read-service.js';
import { reuseOrRegister, serviceFamily } from './service-definition.js';

/** Scales a service, or rolls out another image. */
export async function updateService(
  session: EcsSession,
  id: string,
  changes: { readonly replicas?: number; readonly image?: string },
  context: OperationContext,
): Promise<Service> {
  const { address, service } = await requireService(session, id, context);
  const { cluster, name } = address;
  const revision = changes.image === undefined ? undefined : await withImage(session, address, service, changes.image, context);
  const { service: updated } = await session.aws
    .ecs(
      'updateService',
      {
        cluster,
        service: name,
        ...(changes.replicas === undefined ? {} : { desiredCount: changes.replicas }),
        ...(revision === undefined ? {} : { taskDefinition: revision.arn }),
      },
      context,
    )
    .catch(async (error: unknown) => {
      if (revision?.registered === true) {
        await context.cleanUp(`task definition ${revision.arn}`, (own) => discardUnused(session, address, revision.arn, own));
      }
      throw error;
    });
  if (updated === undefined) throw new ContainerError('internal', 'UpdateService returned no service.');
  // What was rolled out before is over then, and no later wait is about it.
  if (revision === undefined && isSettled(service)) session.scaled.add(updated.serviceArn ?? '');
  else session.scaled.delete(updated.serviceArn ?? '');
  return describeService(session, updated, context);
}

/** Whether no roll-out is under way. */
function isSettled({ deployments = [] }: EcsService): boolean {
  return deployments.length <= 1 && deployments.every(({ rolloutState }) => rolloutState !== 'IN_PROGRESS');
}

/** Removes a revision, unless the service uses it although the reply was lost. */
async function discardUnused(session: EcsSession, address: ServiceAddress, revision: string, context: RequestContext): Promise<void> {
  const service = await findService(session, address, context);
  const used = [service, ...(service?.deployments ?? [])].some((each) => each?.taskDefinition === revision);
  if (!used) await deleteRevision(session, revision, context);
}

/** A revision that differs from the service's by the image of its main container. Earlier ones stay: a roll-back needs them. */
async function withImage(session: EcsSession, address: ServiceAddress, service: EcsService, image: string, context: OperationContext) {
  const { cluster, name } = address;
  const current = await session.definitions.get(service.taskDefinition, context);
  if (current === undefined) throw new ContainerError('precondition-failed', `The task definition of the service ${name} was deleted.`);
  const input = { ...registerAgain(current), containerDefinitions: withMainContainer(current, { image }) };
  if (current.family === serviceFamily(cluster, name)) {
    const { definition, registered } = await reuseOrRegister(session, input, {}, context, (arn, cleaning) =>
      discardUnused(session, address, arn, cleaning),
    );
    return { arn: definition.taskDefinitionArn ?? '', registered };
  }
  // Families of other programs get no label of this driver, and keep their tags.
  const tags = withoutMarks((await session.definitions.status(current.taskDefinitionArn ?? '', context)).tags);
  const definition = await registerDefinition(session, { ...input, ...(tags.length === 0 ? {} : { tags }) }, context);
  return { arn: definition.taskDefinitionArn ?? '', registered: true };
}

/** Deletes a service, waits until its tasks have stopped, and removes the definitions that its deploys registered. */
export async function destroyService(session: EcsSession, id: string, context: OperationContext): Promise<void> {
  const found = await serviceOf(session, id, context);
  if (found === undefined) return;
  const { cluster, name } = found.address;
  if (found.service.status === 'ACTIVE') await deleteService(session, found.address, context);
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    const service = await findService(session, found.address, context);
    if (service === undefined || isDeleted(service, found.service)) break;
    context.waitingFor(`${service.runningCount} of its tasks still run`);
    await backoff.pause(context.signal);
  }
  const family = serviceFamily(cluster, name);
  if (familyOf(found.service.taskDefinition ?? '') === family) await deleteFamily(session, family, context);
}

/** Whether the deletion of a service is complete; another one of its name may exist since. */
function isDeleted(service: EcsService, deleted: EcsService): boolean {
  return service.status === 'INACTIVE' || service.createdAt?.getTime() !== deleted.createdAt?.getTime();
}

/** Deletes a service with its tasks; no error when it does not exist. */
export async function deleteService(session: EcsSession, { cluster, name }: ServiceAddress, context: RequestContext): Promise<void> {
  try {
    await session.aws.ecs('deleteService', { cluster, service: name, force: true }, context);
  } catch (error) {
    if (!(error instanceof Error && /^Service(NotFound|NotActive)Exception$/.test(error.name))) throw error;
  }
}
