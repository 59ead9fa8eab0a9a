import type { Instance } from '@aws-sdk/client-ec2';
import type { Container } from '@cloud/container-core';
import { rawOf } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import type { EcsRaw } from '../ecs-raw.js';
import { lastPart } from '../identifiers.js';
import type { EcsSession } from '../session/session.js';
import { portsAtHost } from './map-addresses.js';

/** Adds the addresses of their instance to containers that share its network (network modes `bridge` and `host` on EC2). */
export async function withHostAddresses(
  session: EcsSession,
  containers: readonly Container[],
  context: RequestContext,
): Promise<Container[]> {
  const byCluster = new Map<string, Set<string>>();
  for (const container of containers) {
    const { containerInstanceArn, clusterArn } = onHost(container) ?? {};
    if (containerInstanceArn === undefined) continue;
    const cluster = lastPart(clusterArn ?? '');
    byCluster.set(cluster, (byCluster.get(cluster) ?? new Set()).add(containerInstanceArn));
  }
  const hosts = new Map<string, Instance>();
  for (const [cluster, arns] of byCluster) {
    for (const [arn, instance] of await instancesOf(session, cluster, [...arns], context)) hosts.set(arn, instance);
  }
  return containers.map((container) => {
    const host = hosts.get(onHost(container)?.containerInstanceArn ?? '');
    return host === undefined ? container : atHost(container, host);
  });
}

function onHost(container: Container): EcsRaw['task'] | undefined {
  const { task, container: own } = rawOf(container) as EcsRaw;
  return container.state !== 'stopped' && (own?.networkBindings?.length ?? 0) > 0 ? task : undefined;
}

/** At most as many as a page of tasks has, which both services describe in one request. */
async function instancesOf(session: EcsSession, cluster: string, arns: readonly string[], context: RequestContext) {
  const input = { cluster, containerInstances: [...arns] };
  const { containerInstances = [] } = await session.aws.ecs('describeContainerInstances', input, context);
  // Instances of ECS Anywhere (`mi-…`) are none of EC2's, which would refuse the whole request for one of them.
  const ids = containerInstances.flatMap(({ ec2InstanceId = '' }) => (ec2InstanceId.startsWith('i-') ? [ec2InstanceId] : []));
  const found = new Map<string, Instance>();
  if (ids.length === 0) return found;
  const { Reservations = [] } = await session.aws.ec2('describeInstances', { InstanceIds: ids }, context);
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  for (const { containerInstanceArn = '', ec2InstanceId } of containerInstances) {
    const instance = instances.find(({ InstanceId }) => InstanceId === ec2InstanceId);
    if (instance !== undefined) found.set(containerInstanceArn, instance);
  }
  return found;
}

function atHost(container: Container, { PrivateIpAddress, PublicIpAddress }: Instance): Container {
  const raw = rawOf(container) as EcsRaw;
  const at = (host: string | undefined, scope: 'private' | 'public') => (host === undefined ? [] : portsAtHost(raw.container, host, scope));
  return withRaw(
    {
      ...container,
      ipAddresses: [...container.ipAddresses, PrivateIpAddress, PublicIpAddress].filter((address) => address !== undefined),
      endpoints: [...container.endpoints, ...at(PrivateIpAddress, 'private'), ...at(PublicIpAddress, 'public')],
    },
    raw,
  );
}
