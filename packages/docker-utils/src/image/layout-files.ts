import { parseReference } from '@cloud/container-core';
import { imageReference } from '../registry/describe-image.js';
import { type Manifest, OCI_INDEX } from '../registry/manifest.js';

const REFERENCE_NAME = 'org.opencontainers.image.ref.name';
/** What containerd and `docker load` take an image's full name from. */
const FULL_NAME = 'io.containerd.image.name';

export const OCI_LAYOUT_CONTENT = '{"imageLayoutVersion":"1.0.0"}';

export interface NamedImage {
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
  readonly root: Manifest;
}

/** Where a blob lies in a layout. Digests are checked when they are read, so this never leaves the layout. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** An entry of `index.json`. */
export interface LayoutEntry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export function layoutEntry({ host, repository, reference, root }: NamedImage): LayoutEntry {
  const isTag = !reference.includes(':');
  const annotations = isTag ? { [REFERENCE_NAME]: reference, [FULL_NAME]: imageReference(host, repository, reference) } : undefined;
  return {
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.bytes.length,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What is known of the entries that are there already; the rest of them is other tools' and stays as it is. */
type KnownEntry = Pick<LayoutEntry, 'digest' | 'annotations'>;

export interface LayoutIndex {
  readonly manifests: readonly KnownEntry[];
}

const EMPTY_INDEX: LayoutIndex & Record<string, unknown> = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };

/** `index.json` with an entry put in; it takes the place of the one that had its name. */
export function indexWith(index: LayoutIndex | undefined, entry: LayoutEntry): string {
  const { manifests, ...members } = index ?? EMPTY_INDEX;
  return JSON.stringify({ ...members, manifests: [...manifests.filter((other) => !isReplaced(other, entry)), entry] });
}

/** The tags of two repositories may be the same, so full names count where both have one. */
function isReplaced(other: KnownEntry, entry: LayoutEntry): boolean {
  const [fullName, otherFullName] = [entry.annotations?.[FULL_NAME], other.annotations?.[FULL_NAME]];
  if (fullName !== undefined && otherFullName !== undefined) return fullName === otherFullName;
  const name = nameOf(entry);
  return name === undefined ? other.digest === entry.digest && nameOf(other) === undefined : nameOf(other) === name;
}

/** The name under which an entry was stored. */
export function nameOf({ annotations }: { readonly annotations?: Readonly<Record<string, string>> | undefined }): string | undefined {
  return annotations?.[REFERENCE_NAME];
}

export function fullNameOf({ annotations }: Pick<KnownEntry, 'annotations'>): string | undefined {
  return annotations?.[FULL_NAME];
}

/** Whether an entry is meant by a digest, its tag, or the full name of the image, in the familiar form or the canonical one. */
export function isCalled(entry: KnownEntry, reference: string): boolean {
  if (entry.digest === reference || nameOf(entry) === reference) return true;
  const fullName = entry.annotations?.[FULL_NAME];
  return fullName !== undefined && canonical(fullName) === canonical(reference);
}

/** A reference in full; what is none stays as it is. */
export function canonical(reference: string): string {
  try {
    return parseReference(reference).canonical;
  } catch {
    return reference;
  }
}

/** The `manifest.json` that `docker load` reads, over the same blobs as the layout. */
export function dockerManifest({ host, repository, reference }: NamedImage, image: Manifest): string {
  const name = parseReference(imageReference(host, repository, reference));
  return JSON.stringify([
    {
      Config: image.config === undefined ? '' : blobName(image.config.digest),
      RepoTags: name.digest === undefined ? [name.familiar] : [],
      Layers: image.layers.map(({ digest }) => blobName(digest)),
    },
  ]);
}
