import { ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import { parseArn, requireClusterName } from '../identifiers.js';
import { findCluster } from './find-cluster.js';
import type { EcsSession } from './session.js';

/**
 * Returns the name of the cluster that a call names, by default the connection's.
 *
 * An ARN is looked up once: its name alone could match the cluster of another region or account.
 */
export async function clusterOf(session: EcsSession, reference: string | undefined, context: RequestContext): Promise<string> {
  if (reference === undefined) return session.cluster;
  const name = requireClusterName(reference);
  if (parseArn(reference) === undefined || session.clusters.has(reference)) return name;
  if ((await findCluster(session, reference, context)) === undefined) {
    throw new ContainerError('not-found', `Cluster ${JSON.stringify(reference)} not found on ECS.`);
  }
  session.clusters.add(reference);
  return name;
}
