import { ContainerError } from '@cloud/container-core';

/** The grammar of container names, of which ids are a part (moby: daemon/names/names.go). */
const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * A container's id as one segment of a path.
 *
 * What can not be the id of any container (`../x`, `a?b`) never comes near a URL: `not-found` at once.
 */
export function containerSegment(id: string): string {
  if (CONTAINER.test(id)) return id;
  throw new ContainerError('not-found', `No container can have the id ${JSON.stringify(id.slice(0, 80))}.`);
}

/** An image's reference as one part of a path; its slashes stay, as the engine's routes want them. */
export function imageSegment(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/');
}
