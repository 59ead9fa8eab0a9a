import { ContainerError } from '@cloud/container-core';
import type { RequestContext } from '../client/aws.js';
import { parseArn, requireClusterName } from '../identifiers.js';
import { findCluster } from './find-cluster.js';
import type { EcsSession } from './session.js';

/**
 * The name of the cluster that a call names, or of the connection's.
 *
 * An ARN is looked up once: by its name alone it could mean another region's or account's cluster, and so hit one of ours.
 */
export async function clusterOf(session: EcsSession, reference: string | undefined, context: RequestContext): Promise<string> {
  if (reference === undefined) return session.cluster;
  const name = requireClusterName(reference);
  if (parseArn(reference) === undefined || session.clusters.has(reference)) return name;
  if ((await findCluster(session, reference, context)) === undefined) {
    throw new ContainerError('not-found', `There is no cluster ${reference} on ECS.`);
  }
  session.clusters.add(reference);
  return name;
}
