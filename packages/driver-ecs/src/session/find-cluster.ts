import type { Cluster as EcsCluster } from '@aws-sdk/client-ecs';
import type { RequestContext } from '../client/aws.js';
import { clusterName } from '../identifiers.js';
import { failureError, isMissing } from '../map-failure.js';
import type { EcsSession } from './session.js';

/** Returns a cluster, unless it was deleted: ECS shows deleted ones as INACTIVE for a while. */
export async function findCluster(session: EcsSession, id: string, context: RequestContext): Promise<EcsCluster | undefined> {
  if (clusterName(id) === undefined) return undefined;
  // The id as given: ECS refuses an ARN of another region or account, whose name may match a cluster here.
  const [cluster] = await describeClusters(session, [id], context);
  return cluster !== undefined && isActive(cluster) ? cluster : undefined;
}

export function isActive({ status }: EcsCluster): boolean {
  return status !== 'INACTIVE';
}

/** Returns the clusters with these names or ARNs, without the missing ones. */
export async function describeClusters(session: EcsSession, clusters: readonly string[], context: RequestContext): Promise<EcsCluster[]> {
  const reply = await session.aws.ecs('describeClusters', { clusters: [...clusters], include: ['TAGS'] }, context);
  const failures = (reply.failures ?? []).filter((failure) => !isMissing(failure));
  if (failures.length > 0) throw failureError('DescribeClusters failed', failures);
  return reply.clusters ?? [];
}
