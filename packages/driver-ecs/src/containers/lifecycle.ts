import type { Task } from '@aws-sdk/client-ecs';
import type { Container } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { familyOf, parseContainerId } from '../identifiers.js';
import { DESTROY_REASON, isDiscarded, isManaged, STOP_REASON } from '../labels.js';
import { withEc2Addresses } from '../network/ec2-addresses.js';
import type { EcsSession } from '../session/session.js';
import { markDestroyed } from '../tasks/destroyed-tasks.js';
import { discardFamily } from '../tasks/discard-family.js';
import { membersOf } from '../tasks/map-container.js';
import { findContainer, findTaskIncludingDestroyed } from '../tasks/read-task.js';
import { stopTask } from '../tasks/stop-task.js';
import { waitForStop } from './wait-for-container.js';

export async function getContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  const { container } = await findContainer(session, id, context);
  if (session.options.ec2Addresses !== true) return container;
  const [addressed] = await withEc2Addresses(session, [container], context);
  return addressed ?? container;
}

/** Stops a container's task and waits until it has stopped. ECS cannot stop one container of several. */
export async function stopContainer(session: EcsSession, id: string, context: OperationContext): Promise<Container> {
  const { container, address } = await findContainer(session, id, context);
  if (container.state === 'stopped') return container;
  if (container.state !== 'stopping') await stopTask(session, address, STOP_REASON, context);
  return waitForStop(session, id, context);
}

/**
 * Stops a container's task for good, and removes its definition when no other container needs it.
 *
 * ECS shows a stopped task for another hour; the reason of its stop tells every connection that it was destroyed.
 */
export async function destroyContainer(session: EcsSession, id: string, context: OperationContext): Promise<void> {
  const address = parseContainerId(id, await session.aws.region(), session.cluster);
  if (address === undefined || session.tasks.isFullyDestroyed(address.taskId)) return;
  const task = await findTaskIncludingDestroyed(session, address, context).catch((error: unknown) => {
    // A deleted cluster has no containers.
    if (error instanceof Error && error.name === 'ClusterNotFoundException') return undefined;
    throw error;
  });
  if (task === undefined) return;
  if (address.container !== undefined) {
    const members = membersOf(task, await session.definitions.get(task.taskDefinitionArn, context));
    if (!members.some(({ name }) => name === address.container)) return;
  }
  const stopped = task.lastStatus === 'STOPPED' ? task : await stopTask(session, address, DESTROY_REASON, context);
  session.tasks.destroy(address.taskId, { isIncomplete: true });
  if (isManaged(task.startedBy)) {
    const discard = () => discardFamily(session, address.cluster, familyOf(task.taskDefinitionArn ?? ''), context);
    if ((await discard()) && !isMarkedByReason(task, stopped)) {
      await markDestroyed(session, task, context);
      // Another connection may have destroyed the other container in the meantime, and left the definition because of this one.
      await discard();
    }
  }
  session.tasks.destroy(address.taskId);
}

/** Whether the reason of a task's stop records that it was destroyed: ECS keeps the first reason. */
function isMarkedByReason(before: Task, stopped: Task | undefined): boolean {
  return isDiscarded(stopped?.stoppedReason) || (stopped?.stoppedReason === undefined && before.desiredStatus !== 'STOPPED');
}
