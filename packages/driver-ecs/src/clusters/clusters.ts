import { type Cluster, ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { MANAGED_LABEL } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { pipeline } from '../client/pipeline.js';
import { tokenPages } from '../client/token-pages.js';
import { describeClusters, findCluster, isActive } from '../session/find-cluster.js';
import type { EcsSession } from '../session/session.js';
import { toCluster } from './map-cluster.js';

const MAX_IN_FLIGHT = 4;

/** Lists the clusters, a page of up to 100 at a time. */
export async function* listClusters(session: EcsSession, context: OperationContext): AsyncGenerator<readonly Cluster[]> {
  for await (const clusters of pipeline(clusterPages(session, context), MAX_IN_FLIGHT, (arns) =>
    describeClusters(session, arns, context),
  )) {
    yield clusters.filter(isActive).map(toCluster);
  }
}

async function* clusterPages(session: EcsSession, context: RequestContext): AsyncGenerator<readonly string[]> {
  for await (const { clusterArns } of tokenPages('ListClusters', (token) => session.aws.ecs('listClusters', token, context))) {
    if (clusterArns !== undefined && clusterArns.length > 0) yield clusterArns;
  }
}

export async function getCluster(session: EcsSession, id: string, context: RequestContext): Promise<Cluster> {
  const cluster = await findCluster(session, id, context);
  if (cluster === undefined) throw new ContainerError('not-found', `Cluster ${JSON.stringify(id)} not found on ECS.`);
  return toCluster(cluster);
}

/** Creates a cluster. CreateCluster returns an existing one without an error, so it is looked up first. */
export async function createCluster(
  session: EcsSession,
  name: string,
  labels: Readonly<Record<string, string>>,
  context: OperationContext,
): Promise<Cluster> {
  if ((await findCluster(session, name, context)) !== undefined) {
    throw new ContainerError('conflict', `Cluster ${JSON.stringify(name)} already exists on ECS.`);
  }
  const tags = Object.entries({ ...labels, [MANAGED_LABEL]: 'true' }).map(([key, value]) => ({ key, value }));
  const { cluster } = await session.aws.ecs('createCluster', { clusterName: name, tags }, context);
  if (cluster === undefined) throw new ContainerError('internal', 'CreateCluster returned no cluster.');
  return toCluster(cluster);
}
