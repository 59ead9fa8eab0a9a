import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { writeTar } from '@cloud/test-engines';
import type { RegistryClient } from '../index.js';

export interface SampleBlob {
  readonly digest: string;
  readonly bytes: Buffer;
}

export interface SampleImage {
  readonly config: SampleBlob;
  readonly layers: readonly SampleBlob[];
  readonly manifest: SampleBlob & { readonly mediaType: string };
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export function sampleBlob(bytes: Buffer): SampleBlob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

export function jsonBlob(document: unknown): SampleBlob {
  return sampleBlob(Buffer.from(JSON.stringify(document)));
}

export const describeBlob = ({ digest, bytes }: SampleBlob, mediaType: string) => ({ mediaType, digest, size: bytes.length });

/** A loadable image whose layers hold one file each; equal arguments give equal digests. */
export async function sampleImage(files: Readonly<Record<string, Buffer | string>>, architecture = 'amd64'): Promise<SampleImage> {
  const tars = await Promise.all(Object.entries(files).map(([name, content]) => writeTar([{ name, content }])));
  const layers = tars.map((tar) => sampleBlob(gzipSync(tar, { level: 1 })));
  const config = jsonBlob({
    architecture,
    os: 'linux',
    created: '2024-05-06T07:08:09Z',
    config: { Labels: { team: 'tests' }, Cmd: ['/true'] },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => sampleBlob(tar).digest) },
  });
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: describeBlob(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => describeBlob(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
  });
  return { config, layers, manifest: { ...manifest, mediaType: OCI_MANIFEST } };
}

/** An index over images for several architectures. */
export function sampleIndex(images: Readonly<Record<string, SampleImage>>): SampleBlob {
  return jsonBlob({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: Object.entries(images).map(([architecture, { manifest }]) => ({
      ...describeBlob(manifest, OCI_MANIFEST),
      platform: { os: 'linux', architecture },
    })),
  });
}

export async function pushSample(client: RegistryClient, repository: string, image: SampleImage, reference?: string): Promise<void> {
  for (const { bytes } of [image.config, ...image.layers]) await client.pushBlob(repository, bytes);
  await client.putManifest(repository, reference ?? image.manifest.digest, image.manifest.bytes);
}

export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
