import type { NetworkMode, PortMapping } from '@aws-sdk/client-ecs';
import { ContainerError } from '@cloud/container-core';
import type { PortRequest } from '@cloud/container-core/driver-kit';

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/**
 * ECS's port mappings.
 *
 * A task with a network interface of its own (`awsvpc`) is reached at the container's port, so there is no other host port; who may
 * reach it is up to its security groups. A host address can't be chosen anywhere.
 */
export function portMappings(ports: readonly PortRequest[], networkMode: NetworkMode): PortMapping[] {
  return ports.map(({ containerPort, hostPort, hostAddress, protocol }, index) => {
    if (!LOOPBACK.includes(hostAddress) && !/^(0\.0\.0\.0|::)$/.test(hostAddress)) {
      throw new ContainerError('unsupported', `ports[${index}].hostAddress: ECS can not listen on one address of a host.`);
    }
    if (networkMode === 'bridge') return { containerPort, hostPort, protocol };
    if (hostPort !== 0 && hostPort !== containerPort) {
      throw new ContainerError(
        'invalid-argument',
        `ports[${index}].hostPort must be absent or ${containerPort}, as the containerPort is, with network mode ${networkMode}, not ${hostPort}.`,
      );
    }
    return { containerPort, protocol };
  });
}
