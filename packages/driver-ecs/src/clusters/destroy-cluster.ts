import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { Backoff } from '../client/backoff.js';
import { deleteFamily } from '../definitions/delete-definition.js';
import { clusterName, familyOf, lastPart } from '../identifiers.js';
import { DESTROY_REASON, isManaged } from '../labels.js';
import { deleteService } from '../services/change-service.js';
import { serviceArns } from '../services/read-service.js';
import { serviceFamily } from '../services/service-definition.js';
import { findCluster } from '../session/find-cluster.js';
import type { EcsSession } from '../session/session.js';
import { discardFamily } from '../tasks/discard-family.js';
import { listTaskIds } from '../tasks/list-tasks.js';
import { stopTask } from '../tasks/stop-task.js';

/** Conflicts that end when the contents are removed. Capacity providers stay until the user removes them from the cluster. */
const TEMPORARY_CONFLICT = /^ClusterContains(Tasks|Services|ContainerInstances)Exception$/;

/**
 * Deletes a cluster. Running containers are a `conflict`, unless `force`: then services, tasks and container instances are removed first.
 *
 * ECS refuses to delete a cluster while tasks are stopping; the call waits for them.
 */
export async function destroyCluster(session: EcsSession, id: string, force: boolean, context: OperationContext): Promise<void> {
  const cluster = clusterName(id);
  if (cluster === undefined || (await findCluster(session, id, context)) === undefined) return;
  if (force) await removeContents(session, cluster, context);
  const backoff = new Backoff(session.pollInterval);
  for (;;) {
    try {
      await session.aws.ecs('deleteCluster', { cluster }, context);
      return;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'ClusterNotFoundException') return;
      if (name !== 'ClusterContainsTasksException' && !(force && TEMPORARY_CONFLICT.test(name))) throw error;
      if (!force && (await hasRunningTasks(session, cluster, context))) {
        throw new ContainerError('conflict', `Containers still run in the cluster ${cluster}; destroy them first, or give force: true.`, {
          cause: error,
          vendorCode: name,
        });
      }
      if (name === 'ClusterContainsContainerInstancesException') await deregisterInstances(session, cluster, context);
      context.waitingFor(error instanceof Error ? error.message : name);
      await backoff.pause(context.signal);
    }
  }
}

async function hasRunningTasks(session: EcsSession, cluster: string, context: OperationContext): Promise<boolean> {
  for await (const ids of listTaskIds(session, { cluster, desiredStatus: 'RUNNING' }, context)) {
    if (ids.length > 0) return true;
  }
  return false;
}

/** Removes services and tasks, with the definitions that deploys registered for them. */
async function removeContents(session: EcsSession, cluster: string, context: OperationContext): Promise<void> {
  const families = new Set<string>();
  for await (const services of serviceArns(session, cluster, context)) {
    for (const service of services) {
      const name = lastPart(service);
      await deleteService(session, { cluster, name }, context);
      await deleteFamily(session, serviceFamily(cluster, name), context);
    }
  }
  for await (const ids of listTaskIds(session, { cluster, desiredStatus: 'RUNNING' }, context)) {
    for (const taskId of ids) {
      const stopped = await stopTask(session, { cluster, taskId }, DESTROY_REASON, context);
      session.tasks.destroy(taskId);
      if (isManaged(stopped?.startedBy)) families.add(familyOf(stopped?.taskDefinitionArn ?? ''));
    }
  }
  for (const family of families) await discardFamily(session, cluster, family, context);
}

async function deregisterInstances(session: EcsSession, cluster: string, context: OperationContext): Promise<void> {
  const { containerInstanceArns = [] } = await session.aws.ecs('listContainerInstances', { cluster }, context);
  for (const arn of containerInstanceArns) {
    await session.aws.ecs('deregisterContainerInstance', { cluster, containerInstance: lastPart(arn), force: true }, context);
  }
}
