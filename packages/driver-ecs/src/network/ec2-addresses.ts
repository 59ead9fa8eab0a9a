import type { Container } from '@cloud/container-core';
import { rawOf } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import type { EcsRaw } from '../ecs-raw.js';
import type { EcsSession } from '../session/session.js';
import { withHostAddresses } from './host-addresses.js';
import { attachmentDetail, portsAt } from './map-addresses.js';

/** Adds what only EC2 knows: public addresses, and the addresses of the instances whose network containers share. */
export async function withEc2Addresses(
  session: EcsSession,
  containers: readonly Container[],
  context: RequestContext,
): Promise<Container[]> {
  return withHostAddresses(session, await withPublicAddresses(session, containers, context), context);
}

/** Adds public addresses and endpoints to containers whose network interface has one. EC2 takes 100 containers' interfaces in one request. */
async function withPublicAddresses(session: EcsSession, containers: readonly Container[], context: RequestContext): Promise<Container[]> {
  const interfaces = new Map(containers.map((container) => [container.id, interfaceOf(container)]));
  const ids = [...new Set(interfaces.values())].filter((id) => id !== undefined);
  if (ids.length === 0) return [...containers];
  const filter = { Filters: [{ Name: 'network-interface-id', Values: ids }] };
  const { NetworkInterfaces = [] } = await session.aws.ec2('describeNetworkInterfaces', filter, context);
  const addresses = new Map(NetworkInterfaces.map(({ NetworkInterfaceId, Association }) => [NetworkInterfaceId, Association?.PublicIp]));
  return containers.map((container) => {
    const host = addresses.get(interfaces.get(container.id));
    return host === undefined ? container : withPublicAddress(container, host);
  });
}

function interfaceOf(container: Container): string | undefined {
  return container.state === 'stopped' ? undefined : attachmentDetail((rawOf(container) as EcsRaw).task, 'networkInterfaceId');
}

function withPublicAddress(container: Container, host: string): Container {
  const raw = rawOf(container) as EcsRaw;
  const own = raw.definition?.containerDefinitions?.find(({ name }) => name === container.name);
  return withRaw(
    {
      ...container,
      ipAddresses: [...container.ipAddresses, host],
      endpoints: [...container.endpoints, ...portsAt(own, host, 'public')],
    },
    raw,
  );
}
