import { parseReference } from '@cloud/container-core';
import { imagePath } from '../registry/describe-image.js';
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
  readonly annotations?: Readonly<Record<string, string>>;
}

export function layoutEntry({ host, repository, reference, root }: NamedImage): LayoutEntry {
  const isTag = !reference.includes(':');
  const annotations = isTag ? { [REFERENCE_NAME]: reference, [FULL_NAME]: imagePath(host, repository, reference) } : undefined;
  return {
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.bytes.length,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** `index.json` with an entry put in; it takes the place of the one that had its name. */
export function indexWith(entries: readonly LayoutEntry[], entry: LayoutEntry): string {
  const name = nameOf(entry);
  const others = entries.filter((other) =>
    name === undefined ? other.digest !== entry.digest || nameOf(other) !== undefined : nameOf(other) !== name,
  );
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...others, entry] });
}

/** The name under which an entry was stored. */
export function nameOf({ annotations }: { readonly annotations?: Readonly<Record<string, string>> }): string | undefined {
  return annotations?.[REFERENCE_NAME];
}

/** The `manifest.json` that `docker load` reads, over the same blobs as the layout. */
export function dockerManifest({ host, repository, reference }: NamedImage, image: Manifest): string {
  const name = parseReference(imagePath(host, repository, reference));
  return JSON.stringify([
    {
      Config: image.config === undefined ? '' : blobName(image.config.digest),
      RepoTags: name.digest === undefined ? [name.familiar] : [],
      Layers: image.layers.map(({ digest }) => blobName(digest)),
    },
  ]);
}
