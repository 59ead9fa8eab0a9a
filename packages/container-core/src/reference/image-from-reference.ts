import { ContainerError } from '../errors/container-error.js';
import { type KindsOf, wrongMember } from '../errors/member-kinds.js';
import type { Image } from '../types/image.js';
import { type ImageReference, parseReference } from './parse-reference.js';

const IMAGE_KINDS: KindsOf<Image> = {
  id: 'a string',
  name: 'a string',
  reference: 'a string',
  tag: 'a string',
  digest: 'a string',
  registry: 'a string',
  sizeBytes: 'a number',
  createdAt: 'a Date',
  labels: 'an object of strings',
  provider: 'a string',
};

/**
 * Makes a deployable `Image` from a reference.
 *
 * ```ts
 * imageFromReference('nginx:1.27', { provider: 'docker' }).path; // 'docker.io/library/nginx:1.27'
 * ```
 */
export function imageFromReference(reference: string | ImageReference, more: Partial<Image> = {}): Image {
  const wrong = wrongMember(more, IMAGE_KINDS);
  if (wrong !== undefined) {
    throw new ContainerError('invalid-argument', `imageFromReference: ${wrong}${wrong.endsWith('?') ? '' : '.'}`);
  }
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
