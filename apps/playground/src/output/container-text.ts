import type { Container, ContainerExit, Endpoint, Image } from '@cloud/container-core';
import { humanAge, shortId } from './human.js';
import type { Column } from './table.js';

/** An image as people write it: without the parts that go without saying. */
export function imageText(image: Image): string {
  return image.reference.replace(/^docker\.io\/(library\/)?/, '').replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@$1');
}

export function exitText(exit: ContainerExit | undefined): string {
  if (exit === undefined) return '';
  return [exit.code === undefined ? 'exit code unknown' : `exit ${exit.code}`, exit.outOfMemory ? 'out of memory' : undefined]
    .filter((part) => part !== undefined)
    .join(', ');
}

export function endpointText({ host, port, containerPort, protocol }: Endpoint): string {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return `${address}→${containerPort}${protocol === 'udp' ? '/udp' : ''}`;
}

/** The state, with health or how it ended. */
export function stateText({ state, health, exit }: Container): string {
  const more = health ?? (exitText(exit) || undefined);
  return more === undefined ? state : `${state} (${more})`;
}

export const CONTAINER_COLUMNS: readonly Column<Container>[] = [
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'STATE', value: ({ state }) => state },
  { heading: 'HEALTH', value: ({ health, exit }) => health ?? exitText(exit) },
  { heading: 'IMAGE', value: ({ image }) => imageText(image) },
  { heading: 'CREATED', value: ({ createdAt }) => humanAge(createdAt) },
  { heading: 'ENDPOINTS', value: ({ endpoints }) => endpoints.map(endpointText).join(' ') },
  { heading: 'ID', value: ({ id }) => shortId(id) },
];

/** One line about a container: `web is running on docker at 127.0.0.1:8080→80 (0123456789ab)`. */
export function containerLine(container: Container): string {
  const at = container.endpoints.length === 0 ? '' : ` at ${container.endpoints.map(endpointText).join(', ')}`;
  return `${container.name} is ${stateText(container)} on ${container.provider}${at} (${shortId(container.id)})`;
}
