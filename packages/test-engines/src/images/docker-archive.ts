import { createHash } from 'node:crypto';
import type { ImageArchive } from './image-archive.js';
import { type TarEntry, writeTar } from './tar.js';

export interface ImageConfig {
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface DockerArchiveDescription {
  readonly name: string;
  /** Uncompressed layer tars, lowest first. */
  readonly layers: readonly Uint8Array[];
  readonly config?: ImageConfig;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The engine's word for this machine's processor. */
const imageArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** Writes an image as `docker save` does (manifest.json, config, layers): equal input gives equal bytes. */
export async function dockerArchive({ name, layers, config = {} }: DockerArchiveDescription): Promise<ImageArchive> {
  const configBytes = JSON.stringify({
    architecture: imageArchitecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z' })),
  });
  const configName = `${sha256(configBytes)}.json`;
  const layerNames = layers.map((layer) => `${sha256(layer)}.tar`);
  const entries: TarEntry[] = [
    { name: 'manifest.json', content: JSON.stringify([{ Config: configName, RepoTags: [name], Layers: layerNames }]) },
    { name: configName, content: configBytes },
    // Equal layers are one file, as their name is their digest.
    ...layers
      .map((content, index) => ({ name: layerNames[index] ?? '', content }))
      .filter((entry, index) => layerNames.indexOf(entry.name) === index),
  ];
  return { name, bytes: await writeTar(entries) };
}
