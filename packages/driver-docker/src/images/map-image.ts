import { ContainerError, type Image, imageFromReference, parseReference } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';
import { mapInstant } from '../map-instant.js';
import type { InspectedImage, ListedImage } from './engine-image.js';

/** The neutral form of an inspected image, under the reference by which it was asked for. */
export function mapInspectedImage(inspected: InspectedImage, reference: string, provider: string): Image {
  const createdAt = mapInstant(inspected.Created);
  return mapOne(inspected, nameOf(reference, inspected), provider, createdAt, inspected.Config?.Labels);
}

/** The neutral forms of a listed image: one for each of its tags, or one by its digest or id. */
export function mapListedImage(listed: ListedImage, provider: string): Image[] {
  const createdAt = listed.Created === undefined ? undefined : new Date(listed.Created * 1000);
  const tags = realNames(listed.RepoTags);
  const names = tags.length > 0 ? tags : realNames(listed.RepoDigests).slice(0, 1);
  return (names.length > 0 ? names : [listed.Id]).map((name) => mapOne(listed, name, provider, createdAt, listed.Labels));
}

function nameOf(reference: string, { RepoTags: tags, RepoDigests: digests }: InspectedImage): string {
  if (!reference.startsWith('sha256:')) return reference;
  return realNames(tags)[0] ?? realNames(digests)[0] ?? reference;
}

/** Engines write `<none>:<none>` for what has no name. */
function realNames(names: readonly string[] | null | undefined): string[] {
  return (names ?? []).filter((name) => !name.includes('<none>'));
}

function mapOne(
  image: InspectedImage | ListedImage,
  name: string,
  provider: string,
  createdAt: Date | undefined,
  labels: Readonly<Record<string, string>> | null | undefined,
): Image {
  const id = image.Id.startsWith('sha256:') ? image.Id : `sha256:${image.Id}`;
  const digest = digestOf(name, realNames(image.RepoDigests));
  const more = {
    id,
    provider,
    ...(digest === undefined ? {} : { digest }),
    ...(image.Size === undefined ? {} : { sizeBytes: image.Size }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(labels === undefined || labels === null ? {} : { labels }),
  };
  return withRaw(name.startsWith('sha256:') ? { name, reference: name, ...more } : imageFromReference(name, more), image);
}

/** The manifest's digest in the repository of this name; an image can come from several. */
function digestOf(name: string, digests: readonly string[]): string | undefined {
  try {
    const { registry, repository } = parseReference(name);
    for (const one of digests) {
      const reference = parseReference(one);
      if (reference.registry === registry && reference.repository === repository) return reference.digest;
    }
  } catch (error) {
    // A bare id, or a name that only this engine takes.
    if (!ContainerError.isInstance(error)) throw error;
  }
  return undefined;
}
