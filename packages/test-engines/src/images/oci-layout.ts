import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTar } from './tar.js';

export interface OciLayoutDescription {
  /** Bytes of the one file in each layer, lowest layer first. */
  readonly layers: readonly number[];
  /** Default false: uncompressed layers. */
  readonly gzip?: boolean;
  /** Another seed gives other bytes; default 1. */
  readonly seed?: number;
  /** Default `latest`. */
  readonly tag?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const digestOf = (bytes: Uint8Array | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * Writes an image with layers of random, incompressible files as an OCI image layout into `directory`; resolves with the manifest's
 * digest. Equal descriptions give equal digests (with `gzip`: on equal versions of zlib).
 */
export async function writeOciLayout(directory: string, description: OciLayoutDescription): Promise<string> {
  const { layers: sizes, gzip = false, seed = 1, tag = 'latest' } = description;
  const blobs = join(directory, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const write = async (mediaType: string, bytes: Uint8Array | string): Promise<Descriptor> => {
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: Buffer.byteLength(bytes) };
  };

  const layers: Descriptor[] = [];
  const diffIds: string[] = [];
  for (const [index, size] of sizes.entries()) {
    const tar = await writeTar([{ name: `layer-${index}`, content: randomBytes(size, `${seed}/${index}`) }]);
    diffIds.push(digestOf(tar));
    layers.push(await write(`application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : ''}`, gzip ? gzipSync(tar, { level: 1 }) : tar));
  }
  const configuration = { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } };
  const config = await write('application/vnd.oci.image.config.v1+json', JSON.stringify(configuration));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await write(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': tag } };
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  return manifest.digest;
}

/** The same bytes for the same seed: a cipher's key stream. */
function randomBytes(size: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
