import { ContainerError, type ImageReference } from '@cloud/container-core';
import type { EcsSession } from '../session/session.js';

/** ECR allows so many characters. */
const MAX_NAME = 256;

/**
 * The ECR repository of an image: its own if it is of ECR already, else that of its mirror, which keeps the whole name of the source, so
 * that images of different registries never meet: `docker.io/library/nginx`.
 */
export function repositoryOf(session: EcsSession, { registry, repository }: ImageReference, ecrHost: string): string {
  return registry === ecrHost ? repository : mirrorName(session.options.mirrorPrefix, registry, repository);
}

/** Hosts may have a port and capitals, repositories not. */
function mirrorName(prefix = '', registry: string, repository: string): string {
  const separator = prefix === '' || /[/-]$/.test(prefix) ? '' : '/';
  const name = `${prefix}${separator}${registry.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}/${repository}`;
  if (name.length > MAX_NAME) {
    throw new ContainerError('invalid-argument', `ECR has no room for the name ${name}; give a shorter one as the option repository.`);
  }
  return name;
}
