import { type Image, imageFromReference } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';
import type { InstalledImage } from './engine/image-store.js';

/** An installed program as an image. */
export function mapImage({ id, path, image, installedAt }: InstalledImage, provider: string): Image {
  const labels = image.labels === undefined ? {} : { labels: image.labels };
  return withRaw(imageFromReference(path, { id, provider, createdAt: installedAt, ...labels }), image);
}
