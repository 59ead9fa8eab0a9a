import { type Image, imageFromReference } from '@cloud/container-core';
import type { Call } from '../http/exchange.js';
import { imageFor, imageForHere, readConfig } from './choose-image.js';
import { getManifest } from './manifests.js';
import { partsOf } from './parts-of.js';
import type { RegistrySession } from './session.js';

/** The path of an image for people and engines: `docker.io/library/nginx:1.27`. */
export function imageReference(host: string, repository: string, reference: string): string {
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
  const parts = partsOf(session, repository, call);
  const image = await (platform === undefined ? imageForHere(top, parts) : imageFor(top, platform, parts));
  const { config } = image;
  const document = await readConfig(image, parts);
  const created = typeof document['created'] === 'string' ? new Date(document['created']) : undefined;
  const labels = Object(document['config'])['Labels'];
  return imageFromReference(imageReference(session.main.endpoint.host, repository, reference), {
    digest: top.digest,
    ...(config === undefined ? {} : { id: config.digest }),
    sizeBytes: image.layers.reduce((sum, { size }) => sum + size, config?.size ?? 0),
    ...(created === undefined || Number.isNaN(created.getTime()) ? {} : { createdAt: created }),
    ...(typeof labels === 'object' && labels !== null ? { labels: textsOf(labels) } : {}),
  });
}

function textsOf(record: object): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
