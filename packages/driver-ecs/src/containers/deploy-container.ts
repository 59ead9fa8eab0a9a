import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, ContainerError } from '@cloud/container-core';
import type { DeployRequest, OperationContext } from '@cloud/container-core/driver-kit';
import { planDeployment } from '../definitions/plan-deployment.js';
import { mirrored } from '../images/mirror-image.js';
import { STARTED_BY } from '../labels.js';
import type { EcsSession } from '../session/session.js';
import { freshToken } from '../tasks/client-token.js';
import { membersOf, toContainer } from '../tasks/map-container.js';
import { runByKey } from '../tasks/run-by-key.js';
import { runRegistered } from '../tasks/run-registered.js';

/**
 * Deploys with the fewest requests: RunTask finds a definition of an earlier deploy by its family; only a missing definition is
 * registered.
 */
export async function deployContainer(session: EcsSession, given: DeployRequest, context: OperationContext): Promise<Container> {
  const request = await mirrored(session, given, context);
  const { cluster, definition, run } = await planDeployment(session, request, context);
  const input = { cluster, taskDefinition: definition.family, startedBy: STARTED_BY, ...run };
  const task =
    request.idempotency === undefined
      ? await runRegistered(session, { ...input, clientToken: freshToken() }, definition, 'stop', context)
      : await runByKey(session, input, request.idempotency.key, definition, context);
  // The family stands for the same definition, and a request for it could fail after the container started.
  const described = session.definitions.known(task.taskDefinitionArn) ?? (definition as TaskDefinition);
  const [member] = membersOf(task, described);
  if (member === undefined) throw new ContainerError('internal', `RunTask returned a task without containers (${task.taskArn}).`);
  return toContainer(task, member, described);
}
