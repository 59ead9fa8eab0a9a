import { createHash } from 'node:crypto';
import type { RegistryClient } from '@cloud/docker-utils';
import { writeTar } from '@cloud/test-engines';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Pushes an image of one layer with the given content, and gives the manifest's digest. */
export async function pushImage(
  client: RegistryClient,
  repository: string,
  reference: string | undefined,
  content: string,
  architecture = 'amd64',
): Promise<string> {
  const { bytes } = await manifestOf(client, repository, content, architecture);
  await client.putManifest(repository, reference ?? digestOf(bytes), bytes, { mediaType: MANIFEST });
  return digestOf(bytes);
}

/** Pushes an index over an image for each architecture, and gives the index's digest. */
export async function pushIndex(
  client: RegistryClient,
  repository: string,
  tag: string,
  architectures: readonly string[],
): Promise<string> {
  const manifests: object[] = [];
  for (const architecture of architectures) {
    const { bytes } = await manifestOf(client, repository, `${tag} for ${architecture}`, architecture);
    await client.putManifest(repository, digestOf(bytes), bytes, { mediaType: MANIFEST });
    manifests.push({ mediaType: MANIFEST, digest: digestOf(bytes), size: bytes.length, platform: { os: 'linux', architecture } });
  }
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  await client.putManifest(repository, tag, index, { mediaType: INDEX });
  return digestOf(index);
}

async function manifestOf(client: RegistryClient, repository: string, content: string, architecture: string) {
  const layer = await writeTar([{ name: 'content', content }]);
  const config = Buffer.from(
    JSON.stringify({ architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
  );
  const describe = (bytes: Uint8Array, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  for (const bytes of [layer, config]) await client.pushBlob(repository, bytes);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: describe(config, 'application/vnd.oci.image.config.v1+json'),
      layers: [describe(layer, 'application/vnd.oci.image.layer.v1.tar')],
    }),
  );
  return { bytes };
}
