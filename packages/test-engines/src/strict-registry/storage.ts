import { createHash } from 'node:crypto';

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly document: ManifestDocument;
}

/** The parts of a manifest that a registry looks at. */
export interface ManifestDocument {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: { readonly digest: string; readonly mediaType: string };
  readonly layers?: readonly { readonly digest: string; readonly urls?: readonly string[] }[];
  readonly manifests?: readonly { readonly digest: string }[];
  readonly subject?: { readonly digest: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Upload {
  readonly chunks: Buffer[];
  received: number;
  /** Changes with every answer; only the last one's `Location` is good. */
  state: number;
  patches: number;
}

/** What one repository holds. */
export class StoredRepository {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
}

export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
