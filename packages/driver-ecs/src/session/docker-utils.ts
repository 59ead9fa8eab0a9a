import { lazyModule } from '@cloud/container-core';

/** Loaded with the first image. */
export const dockerUtils = lazyModule(() => import('@cloud/docker-utils'));
