import type { NetworkMode, PortMapping } from '@aws-sdk/client-ecs';
import type { PortRequest } from '@cloud/container-core/driver-kit';

/**
 * ECS's port mappings.
 *
 * With `awsvpc` and `host` a task is reached at the container's port, which therefore stands there once; who may reach it is up to the security
 * groups. What the capabilities do not allow is refused before.
 */
export function portMappings(ports: readonly PortRequest[], networkMode: NetworkMode): PortMapping[] {
  if (networkMode === 'bridge') return ports.map(({ containerPort, hostPort, protocol }) => ({ containerPort, hostPort, protocol }));
  const byPort = ports.map(({ containerPort, protocol }) => [`${containerPort}/${protocol}`, { containerPort, protocol }] as const);
  return [...new Map(byPort).values()];
}
