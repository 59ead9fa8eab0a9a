import { ContainerError, type Image, imageFromReference, parseReference } from '@cloud/container-core';

/** Lists name the same few images again and again; to copy one for each container would cost more than all the rest. */
const KNOWN_LIMIT = 500;
const known = new Map<string, Image>();

/**
 * The image that a container was made from: what was asked for, and the id of what it was then.
 *
 * An engine names the bare id when the tag has moved on; such an image has only its id.
 */
export function imageOf(reference: string, id: string | undefined, provider: string): Image {
  const before = known.get(reference);
  if (before !== undefined && before.id === id && before.provider === provider) return before;
  const image = { ...parse(reference), ...(id === undefined || id === '' ? {} : { id }), provider };
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(reference, image);
  return image;
}

function parse(reference: string): Image {
  // Before the grammar of references, for which this is a repository named sha256.
  const id = /^(?:sha256:)?([a-f0-9]{64})$/.exec(reference)?.[1];
  if (id !== undefined) return { name: `sha256:${id}`, reference: `sha256:${id}` };
  try {
    return imageFromReference(reference);
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw error;
    return { name: reference, reference: reference };
  }
}

/**
 * A canonical reference as the engine is to be asked for it.
 *
 * Docker keeps and shows short names (`nginx:1.27`); podman would look for a short one on several registries.
 */
export function engineImageName(canonical: string, podman: boolean): string {
  return podman || canonical.startsWith('sha256:') ? canonical : parseReference(canonical).familiar;
}
