import { createDriverRegistry } from '@cloud/container-core';

/** A program with every driver at hand and none in use: what is not connected to is not loaded. */
createDriverRegistry({
  memory: () => import('@cloud/driver-memory').then(({ memoryDriver }) => memoryDriver),
  docker: () => import('@cloud/driver-docker').then(({ dockerDriver }) => dockerDriver),
  ecs: () => import('@cloud/driver-ecs').then(({ ecsDriver }) => ecsDriver),
});
