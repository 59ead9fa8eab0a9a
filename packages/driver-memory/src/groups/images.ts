import { ContainerError } from '@cloud/container-core';
import type { GroupImplementations } from '@cloud/container-core/driver-kit';
import type { Conditions } from '../conditions.js';
import type { EmbeddedEngine } from '../engine/memory-engine.js';
import { mapImage } from '../map-image.js';

type ImageCalls = Pick<GroupImplementations, 'installImage' | 'listImages' | 'getImage' | 'removeImage'>;

/** The group `images`: installing makes a registered program deployable without further ado. */
export function imageCalls(engine: EmbeddedEngine, conditions: Conditions, provider: string): ImageCalls {
  return {
    installImage: async (path, { onProgress }, context) => {
      await conditions.meet(context);
      const installed = engine.images.install(path);
      onProgress?.({ status: 'done' });
      return mapImage(installed, provider);
    },
    async *listImages(context) {
      await conditions.meet(context);
      yield engine.images.list().map((image) => mapImage(image, provider));
    },
    getImage: async (path, context) => {
      await conditions.meet(context);
      const image = engine.images.find(path);
      if (image === undefined) throw new ContainerError('not-found', `The image ${path} is not installed; install it first.`);
      return mapImage(image, provider);
    },
    removeImage: async (path, context) => {
      await conditions.meet(context);
      const image = engine.images.find(path);
      if (image === undefined) return;
      const user = engine.containers().find((container) => container.image.id === image.id && !container.destroyed);
      if (user !== undefined)
        throw new ContainerError('conflict', `The image ${path} is used by ${user.request.name}; destroy that first.`);
      engine.images.remove(image);
    },
  };
}
