import type { ProviderInfo } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { EcsSession } from './session/session.js';

/** Asks ECS for one cluster at most: it shows that ECS is there and that it knows who asks. */
export async function ping(session: EcsSession, context: OperationContext): Promise<ProviderInfo> {
  await session.aws.ecs('listClusters', { maxResults: 1 }, context);
  const { endpoint, endpoints } = session.options;
  const region = await session.aws.region();
  return {
    provider: 'ecs',
    name: 'Amazon ECS',
    // ECS has had this one version since 2014.
    apiVersion: '2014-11-13',
    endpoint: endpoints?.ecs ?? endpoint ?? `https://ecs.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`,
  };
}
