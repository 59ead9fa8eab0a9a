import { ContainerError, type Image, imageFromReference } from '@cloud/container-core';
import type { Call } from '../http/exchange.js';
import { downloadBlob } from './download-blob.js';
import type { Descriptor, Manifest } from './manifest.js';
import { getManifest } from './manifests.js';
import { hostPlatform, selectPlatform } from './platform.js';
import type { RegistrySession } from './session.js';

/** A config blob with labels and history; more than this is no image's. */
const MAXIMUM_CONFIG_BYTES = 8 * 1024 * 1024;

/** The path of an image for people and engines: `docker.io/library/nginx:1.27`. */
export function imagePath(host: string, repository: string, reference: string): string {
  return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/**
 * Describes an image: digest of what the reference names (the index, if it is one), and id, size, date and labels of the image
 * for a platform.
 */
export async function describeImage(
  session: RegistrySession,
  repository: string,
  reference: string,
  platform: string | undefined,
  call: Call,
): Promise<Image> {
  const top = await getManifest(session, repository, reference, call);
  const image = await imageManifest(session, repository, top, platform, call);
  const { config } = image;
  const document = config === undefined ? {} : await readConfig(session, repository, config, call);
  const created = typeof document['created'] === 'string' ? new Date(document['created']) : undefined;
  const labels = Object(document['config'])['Labels'];
  return imageFromReference(imagePath(session.main.endpoint.host, repository, reference), {
    digest: top.digest,
    ...(config === undefined ? {} : { id: config.digest }),
    sizeBytes: image.layers.reduce((sum, { size }) => sum + size, config?.size ?? 0),
    ...(created === undefined || Number.isNaN(created.getTime()) ? {} : { createdAt: created }),
    ...(typeof labels === 'object' && labels !== null ? { labels: textsOf(labels) } : {}),
  });
}

/** The image itself: of an index the one for the platform, or for Linux on this machine's processor, or the first one. */
async function imageManifest(
  session: RegistrySession,
  repository: string,
  top: Manifest,
  platform: string | undefined,
  call: Call,
): Promise<Manifest> {
  if (top.kind === 'image') return top;
  return getManifest(session, repository, chooseImage(top, platform).digest, call);
}

function chooseImage(index: Manifest, platform: string | undefined): Descriptor {
  if (platform !== undefined) return selectPlatform(index, platform);
  const [first] = index.manifests;
  if (first === undefined) throw new ContainerError('not-found', `The index ${index.digest} is empty.`);
  try {
    return selectPlatform(index, hostPlatform());
  } catch {
    return first;
  }
}

/** Reads a config, verified. Artifacts that are no images have other things there, so what is no JSON object is left out. */
async function readConfig(
  session: RegistrySession,
  repository: string,
  { digest, size }: Descriptor,
  call: Call,
): Promise<Record<string, unknown>> {
  if (size > MAXIMUM_CONFIG_BYTES) return {};
  const chunks: Buffer[] = [];
  await downloadBlob(session, { repository, digest, size }, call, (chunk) => {
    chunks.push(chunk);
    return undefined;
  });
  try {
    return Object(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  } catch {
    return {};
  }
}

function textsOf(record: object): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
