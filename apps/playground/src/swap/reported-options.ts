import { type Container, ContainerError, type DeployOptions } from '@cloud/container-core';

/** What a container itself tells of how it was deployed: its image, labels and published ports, and no more. */
export function reportedOptions(container: Container, accepted: boolean): DeployOptions {
  if (!accepted) {
    throw new ContainerError(
      'precondition-failed',
      `swap: ${container.name} was not deployed from here, so its command and environment are not known. ` +
        'Give them (-- COMMAND, --env KEY=VALUE), or --as-reported to take those of its image.',
      { provider: container.provider, operation: 'swap' },
    );
  }
  const ports = container.endpoints.map(({ containerPort, protocol }) => ({ containerPort, protocol }));
  return { image: container.image, labels: container.labels, ...(ports.length === 0 ? {} : { ports }) };
}
