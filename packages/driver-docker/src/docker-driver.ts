import type { ContainerDriver, ImagesGroup } from '@cloud/container-core';

/** A driver of a Docker or Podman engine. */
export interface DockerDriver extends ContainerDriver, ImagesGroup {}
