import type { Hash } from 'node:crypto';
import { ContainerError, isDigest } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';

/** What points to a manifest or a blob: its type, digest and size. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
  /** Other places of a foreign layer. */
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

/** What an image runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Of Windows: an image runs on its own version. */
  readonly osVersion?: string;
}

/** A manifest, its bytes as they were received or are to be sent. */
export interface Manifest {
  /** `image` has a config and layers, `index` has manifests. */
  readonly kind: 'image' | 'index';
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const INDEXES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_LIST]);
const IMAGES: ReadonlySet<string> = new Set([OCI_MANIFEST, DOCKER_MANIFEST]);

/** All that we understand; registries answer 404 for a manifest whose type is not asked for. */
export const MANIFEST_TYPES = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].join(', ');

/** More than this is no manifest (the distribution specification's limit). */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** The hash that a digest names. */
export function hashOf(digest: string): Hash {
  return builtin('node:crypto').createHash(digest.slice(0, digest.indexOf(':')));
}

export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  return `${like.slice(0, like.indexOf(':'))}:${hashOf(like).update(bytes).digest('hex')}`;
}

/**
 * Reads a manifest and refuses what two programs could read differently: `mediaType` must be the `Content-Type`, and a document
 * is either an index or an image (CVE-2021-41190).
 *
 * @param contentType the header's value; without one the document's own `mediaType` counts
 * @param expectedDigest the digest that was asked for; the bytes must have it
 */
export function parseManifest(bytes: Buffer, contentType: string | undefined, expectedDigest?: string): Manifest {
  const digest = digestOf(bytes, expectedDigest);
  if (expectedDigest !== undefined && digest !== expectedDigest) {
    // Of a signed manifest of schema 1 the digest leaves the signatures out.
    if (isSchema1(bytes)) throw schema1(expectedDigest);
    throw new ContainerError('integrity', `The manifest ${expectedDigest} was asked for, but what came has the digest ${digest}.`);
  }
  const document = readJson(bytes, digest);
  const declared = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  const own = typeof document['mediaType'] === 'string' ? document['mediaType'] : undefined;
  const isGeneric =
    declared === undefined || declared === 'application/json' || declared === 'application/octet-stream' || declared === 'text/plain';
  if (document['schemaVersion'] === 1) throw schema1(digest);
  if (own !== undefined && !isGeneric && own.toLowerCase() !== declared) {
    throw unsound(digest, `it was sent as ${declared} but calls itself ${own}`);
  }
  const mediaType = own ?? (isGeneric ? guessType(document) : declared);
  // Go writes an empty list as null.
  const hasManifests = isGiven(document['manifests']) || (INDEXES.has(mediaType) && document['manifests'] === null);
  const hasLayers = isGiven(document['layers']) || isGiven(document['config']);
  if (hasManifests && hasLayers) throw unsound(digest, 'it is both an index and an image');
  if (INDEXES.has(mediaType) ? !hasManifests : IMAGES.has(mediaType) ? !hasLayers : true) {
    throw new ContainerError(
      'unsupported',
      `The manifest ${digest} is of a type that is not understood: ${JSON.stringify(mediaType.slice(0, 100))}.`,
    );
  }
  const artifactType = document['artifactType'];
  return {
    kind: hasManifests ? 'index' : 'image',
    mediaType,
    digest,
    bytes,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(isGiven(document['config']) ? { config: readDescriptor(document['config'], digest) } : {}),
    layers: readDescriptors(document['layers'], digest),
    manifests: readDescriptors(document['manifests'], digest),
    ...(isGiven(document['subject']) ? { subject: readDescriptor(document['subject'], digest) } : {}),
    annotations: readTexts(document['annotations']),
  };
}

function isSchema1(bytes: Buffer): boolean {
  try {
    return Object(JSON.parse(bytes.toString('utf8')))['schemaVersion'] === 1;
  } catch {
    return false;
  }
}

function schema1(digest: string): ContainerError {
  return new ContainerError('unsupported', `The manifest ${digest} is of Docker's old schema 1; push the image again with a current tool.`);
}

function readJson(bytes: Buffer, digest: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw unsound(digest, 'it is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw unsound(digest, 'it is not a JSON object');
  return document as Record<string, unknown>;
}

function guessType(document: Record<string, unknown>): string {
  return isGiven(document['manifests']) ? OCI_INDEX : OCI_MANIFEST;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readDescriptors(value: unknown, digest: string): Descriptor[] {
  if (!isGiven(value)) return [];
  if (!Array.isArray(value)) throw unsound(digest, 'its layers or manifests are no list');
  return value.map((item) => readDescriptor(item, digest));
}

/** Reads a descriptor; its digest is safe to stand in a URL and a path. */
function readDescriptor(value: unknown, owner: string): Descriptor {
  const { mediaType, digest, size, platform, urls, annotations, artifactType } = Object(value) as Record<string, unknown>;
  if (typeof digest !== 'string' || !isDigest(digest)) throw unsound(owner, 'it names something by what is no digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw unsound(owner, `it gives no size for ${digest}`);
  const { os, architecture, variant, 'os.version': osVersion } = Object(platform) as Record<string, unknown>;
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : 'application/octet-stream',
    digest,
    size,
    ...(typeof os === 'string' && typeof architecture === 'string'
      ? {
          platform: {
            os,
            architecture,
            ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
            ...(typeof osVersion === 'string' && osVersion !== '' ? { osVersion } : {}),
          },
        }
      : {}),
    ...(Array.isArray(urls) && urls.length > 0 ? { urls: urls.filter((url) => typeof url === 'string') } : {}),
    ...(annotations === undefined ? {} : { annotations: readTexts(annotations) }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
}

function readTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function unsound(digest: string, why: string): ContainerError {
  return new ContainerError('integrity', `The manifest ${digest} is refused: ${why}.`);
}
