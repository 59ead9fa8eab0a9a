import { createDriverRegistry } from '@cloud/container-core';

/** The providers that the examples may run on; each driver is loaded when it is chosen. */
export const providers = createDriverRegistry({
  memory: () => import('@cloud/driver-memory').then((module) => module.memoryDriver),
  docker: () => import('@cloud/driver-docker').then((module) => module.dockerDriver),
  podman: () => import('@cloud/driver-docker').then((module) => module.podmanDriver),
  ecs: () => import('@cloud/driver-ecs').then((module) => module.ecsDriver),
});

/** Chosen by configuration: `CLOUD_CONTAINER_URL=docker:`, `=ecs://us-east-1/default`, … */
export const url = process.env['CLOUD_CONTAINER_URL'] ?? 'memory:';
