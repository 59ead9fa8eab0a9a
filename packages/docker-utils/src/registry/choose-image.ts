import { ContainerError } from '@cloud/container-core';
import type { Descriptor, Manifest } from './manifest.js';
import { hostPlatform, imagePlatform, parsePlatform, platformText, runsOn, selectPlatform } from './platform.js';

/** Indexes of indexes; deeper than this is a trap. */
export const MAX_DEPTH = 4;

/** A config with labels and history; more than this is no image's. */
export const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** Where the parts of an image are read from, verified. */
export interface ImageParts {
  readonly manifest: (digest: string) => Promise<Manifest>;
  /** The bytes of a config, of {@link MAX_CONFIG_BYTES} at most. */
  readonly config: (descriptor: Descriptor) => Promise<Uint8Array>;
}

/** Of artifacts the config says nothing about platforms. */
const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/**
 * The image for a platform: through an index, and what indexes it names, to the one image. An image that stands alone must be for that
 * platform, as its config says.
 *
 * `not-found`, naming the platforms that there are.
 */
export async function imageFor(top: Manifest, platform: string, parts: ImageParts): Promise<Manifest> {
  if (top.kind === 'index') return followIndex(top, (index) => selectPlatform(index, platform), parts);
  const own = imagePlatform(await readConfig(top, parts));
  if (own !== undefined && !runsOn(own, parsePlatform(platform))) {
    throw new ContainerError('not-found', `${top.digest} is an image for ${platformText(own)} only, not for ${platform}.`);
  }
  return top;
}

/** The image that stands for what a reference names: of an index the one for Linux on this machine's processor, or the first one. */
export function imageForHere(top: Manifest, parts: ImageParts): Promise<Manifest> {
  return followIndex(top, selectForHere, parts);
}

function selectForHere(index: Manifest): Descriptor {
  const [first] = index.manifests;
  if (first === undefined) throw new ContainerError('not-found', `The index ${index.digest} is empty.`);
  try {
    return selectPlatform(index, hostPlatform());
  } catch {
    return first;
  }
}

async function followIndex(top: Manifest, select: (index: Manifest) => Descriptor, parts: ImageParts): Promise<Manifest> {
  let manifest = top;
  for (let depth = 0; manifest.kind === 'index'; depth += 1) {
    if (depth === MAX_DEPTH) throw new ContainerError('integrity', `The index ${top.digest} is nested too deep.`);
    manifest = await parts.manifest(select(manifest).digest);
  }
  return manifest;
}

/** The config of an image as a document; empty for what is no image, or none that can be read. */
export async function readConfig({ config }: Manifest, parts: ImageParts): Promise<Record<string, unknown>> {
  if (config === undefined || !IMAGE_CONFIGS.has(config.mediaType) || config.size > MAX_CONFIG_BYTES) return {};
  const bytes = await parts.config(config);
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return {};
  }
}
