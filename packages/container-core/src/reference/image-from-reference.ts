import type { Image } from '../types/image.js';
import { type ImageReference, parseReference } from './parse-reference.js';

/**
 * Makes a deployable `Image` from a reference.
 *
 * ```ts
 * imageFromReference('nginx:1.27', { provider: 'docker' }).path; // 'docker.io/library/nginx:1.27'
 * ```
 */
export function imageFromReference(reference: string | ImageReference, more: Partial<Image> = {}): Image {
  const { registry, repository, tag, digest, canonical } = typeof reference === 'string' ? parseReference(reference) : reference;
  return {
    name: repository.slice(repository.lastIndexOf('/') + 1),
    reference: canonical,
    registry,
    ...(tag === undefined ? {} : { tag: tag }),
    ...(digest === undefined ? {} : { digest }),
    ...more,
  };
}

/** The reference of an image, given as an `Image` or as a reference. */
export function referenceOf(image: Image | string): ImageReference {
  return parseReference(typeof image === 'string' ? image : image.reference);
}
