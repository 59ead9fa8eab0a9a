import { ContainerError } from '@cloud/container-core';
import { type ImageParts, imageFor, MAX_DEPTH } from '../registry/choose-image.js';
import type { Descriptor, Manifest } from '../registry/manifest.js';

/** Everything that one reference stands for. */
export interface ImageTree {
  /** What is put under the tag. */
  readonly root: Manifest;
  /** All manifests, children before what names them; the root comes last. */
  readonly manifests: readonly Manifest[];
  /** All configs and layers, each once, the biggest first. */
  readonly blobs: readonly Descriptor[];
}

const MAX_MANIFESTS = 1000;

/**
 * Reads an image with all that belongs to it.
 *
 * @param platform only that image of an index; all of them by default
 */
export async function readImageTree(top: Manifest, platform: string | undefined, parts: ImageParts): Promise<ImageTree> {
  const root = platform === undefined ? top : await imageFor(top, platform, parts);
  const manifests = new Map<string, Manifest>();
  const visit = async (manifest: Manifest, depth: number): Promise<void> => {
    if (manifests.has(manifest.digest)) return;
    if (depth > MAX_DEPTH || manifests.size >= MAX_MANIFESTS) {
      throw new ContainerError('integrity', `The index ${root.digest} is nested too deep or names too many images.`);
    }
    for (const child of manifest.manifests) {
      if (!isBlob(child) && !manifests.has(child.digest)) await visit(await parts.manifest(child.digest), depth + 1);
    }
    manifests.set(manifest.digest, manifest);
  };
  await visit(root, 0);
  return { root, manifests: [...manifests.values()], blobs: blobsOf([...manifests.values()]) };
}

function blobsOf(manifests: readonly Manifest[]): Descriptor[] {
  const blobs = new Map<string, Descriptor>();
  for (const { digest, config, layers, manifests: children } of manifests) {
    for (const blob of [...(config === undefined ? [] : [config]), ...layers, ...children.filter(isBlob)]) {
      const known = blobs.get(blob.digest);
      if (known !== undefined && known.size !== blob.size) {
        throw new ContainerError('integrity', `The manifest ${digest} gives the blob ${blob.digest} two sizes.`);
      }
      blobs.set(blob.digest, blob);
    }
  }
  // The biggest first: what is moved last decides when all is done, so it should be small.
  return [...blobs.values()].sort((left, right) => right.size - left.size);
}

/** Whether an index names a blob: BuildKit's caches were kept so, layers and config side by side. */
function isBlob({ mediaType }: Descriptor): boolean {
  return /\.(?:layer|rootfs|cacheconfig|image\.config|container\.image)\./.test(mediaType);
}

/** Whether a layer may not be pushed to registries; their manifests are accepted without it. */
export function isForeign({ mediaType }: Descriptor): boolean {
  return /nondistributable|foreign/.test(mediaType);
}
