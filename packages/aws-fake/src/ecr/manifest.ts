import { isObject } from '../is-object.js';
import { invalidParameter } from '../wire/service-error.js';

export interface Manifest {
  readonly text: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly configMediaType: string | undefined;
  /** The config and the layers of an image. */
  readonly blobs: readonly string[];
  /** The manifests of an index. */
  readonly children: readonly string[];
}

export function parseManifest(text: string, mediaType?: string): Manifest {
  const parsed = parse(text);
  const config = isObject(parsed['config']) ? parsed['config'] : undefined;
  const blobs = [...(config === undefined ? [] : [config]), ...objects(parsed['layers'])];
  const declared = mediaType ?? parsed['mediaType'];
  if (typeof declared !== 'string')
    throw invalidParameter("Invalid parameter at 'imageManifest' failed to satisfy constraint: 'must have a media type'");
  return {
    text,
    mediaType: declared,
    sizeBytes: blobs.reduce((sum, blob) => sum + Number(blob['size'] ?? 0), 0),
    configMediaType: config === undefined ? undefined : String(config['mediaType']),
    blobs: blobs.map((blob) => String(blob['digest'])),
    children: objects(parsed['manifests']).map((child) => String(child['digest'])),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw invalidParameter("Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
}

const objects = (value: unknown): Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? value.filter(isObject) : []);
