import { ContainerError } from '@cloud/container-core';
import type { Call } from '../http/exchange.js';
import { MAX_CONFIG_BYTES } from '../registry/choose-image.js';
import { type Descriptor, digestOf, hashOf, MAX_MANIFEST_BYTES, type Manifest, OCI_MANIFEST, parseManifest } from '../registry/manifest.js';
import { selectPlatform } from '../registry/platform.js';
import { type FileSet, FolderFiles, readFileOf } from './file-set.js';
import { type ImageTree, readImageTree } from './image-tree.js';
import { blobName, canonical, fullNameOf, isCalled, nameOf } from './layout-files.js';
import { TarFiles } from './tar-files.js';

/** Where an image is pushed from: the folder of an OCI image layout, or a tar of one or of `docker save`. */
export type ImageSource = { readonly layout: string } | { readonly archive: string };

/** An image on disk. */
export interface ImageOnDisk {
  readonly tree: ImageTree;
  /** A blob's bytes from an offset on. */
  readonly open: (blob: Descriptor, offset: number) => AsyncIterable<Buffer>;
}

/** How to pick an image out of several. */
export interface SourceChoice {
  /** Its tag in the layout (`org.opencontainers.image.ref.name`), its full name (`nginx:1.27`), or its digest. */
  readonly sourceReference?: string | undefined;
  readonly platform?: string | undefined;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** Of a layout that has none of its blobs here: they may be in the registry. */
const NO_CONFIG = Buffer.from('{}');

/** Opens an image on disk. Manifests are verified here, blobs while they are read. */
export async function openImage(source: ImageSource, choice: SourceChoice, call: Call): Promise<ImageOnDisk> {
  const files = 'layout' in source ? new FolderFiles(source.layout) : await TarFiles.read(source.archive);
  const index = await readFileOf(files, 'index.json', MAX_MANIFEST_BYTES);
  if (index !== undefined) return openLayout(files, parseManifest(index, undefined), choice);
  const saved = 'archive' in source ? await readFileOf(files, 'manifest.json', MAX_MANIFEST_BYTES) : undefined;
  if (saved !== undefined) return openSaved(files, saved, choice, call);
  const what = 'layout' in source ? 'an OCI image layout: it has no index.json' : 'an image: it has neither index.json nor manifest.json';
  throw new ContainerError('invalid-argument', `${files.path} is not ${what}.`);
}

async function openLayout(files: FileSet, index: Manifest, choice: SourceChoice): Promise<ImageOnDisk> {
  const manifest = async (digest: string) => {
    const bytes = await readFileOf(files, blobName(digest), MAX_MANIFEST_BYTES);
    if (bytes === undefined) throw new ContainerError('not-found', `${files.path} does not have the manifest ${digest}.`);
    return parseManifest(bytes, undefined, digest);
  };
  const config = async ({ digest }: Descriptor) => (await readFileOf(files, blobName(digest), MAX_CONFIG_BYTES)) ?? NO_CONFIG;
  const top = await manifest(chooseEntry(files, index, choice).digest);
  const tree = await readImageTree(top, choice.platform, { manifest, config });
  for (const { digest, size } of tree.blobs) {
    const found = await files.size(blobName(digest));
    if (found !== undefined && found !== size) {
      throw new ContainerError('integrity', `The blob ${digest} in ${files.path} has ${found} bytes instead of ${size}.`);
    }
  }
  return { tree, open: ({ digest }, offset) => files.open(blobName(digest), offset) };
}

function chooseEntry(files: FileSet, index: Manifest, { sourceReference, platform }: SourceChoice): Descriptor {
  const { manifests } = index;
  const found = manifests.filter((entry) => sourceReference === undefined || isCalled(entry, sourceReference));
  const [entry, ...others] = found;
  if (entry !== undefined && others.every(({ digest }) => digest === entry.digest)) return entry;
  // The platforms of one image may stand side by side, without an index of their own.
  if (platform !== undefined && found.some((each) => each.platform !== undefined)) {
    return selectPlatform({ ...index, manifests: found }, platform);
  }
  const tags = manifests.map(nameOf);
  const isClear = tags.every((tag, position) => tag !== undefined && tags.indexOf(tag) === position);
  const names = isClear ? tags : manifests.map(({ digest, annotations }) => fullNameOf({ annotations }) ?? digest);
  const code = entry === undefined ? 'not-found' : 'invalid-argument';
  throw new ContainerError(code, `Give one of these as "sourceReference" for ${files.path}: ${names.join(', ') || '(it is empty)'}.`);
}

/**
 * `docker save` without a layout: the manifest is made here. Layers go as they are, packed or not; their digests are computed by
 * reading them once before they are sent.
 */
async function openSaved(files: FileSet, saved: Buffer, choice: SourceChoice, call: Call): Promise<ImageOnDisk> {
  const { config: configName, layers: layerNames } = chooseSaved(files, saved, choice);
  const names = new Map<string, string>();
  const describe = async (name: string, mediaType: string): Promise<Descriptor> => {
    const { digest, size, isGzip } = await measure(files, name, call);
    names.set(digest, name);
    return { mediaType: isGzip ? `${mediaType}+gzip` : mediaType, digest, size };
  };
  const configBytes = await readFileOf(files, configName, MAX_CONFIG_BYTES);
  if (configBytes === undefined) throw new ContainerError('integrity', `${files.path} does not have its config ${configName}.`);
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(configBytes), size: configBytes.length };
  names.set(config.digest, configName);
  const layers: Descriptor[] = [];
  for (const name of layerNames) layers.push(await describe(name, 'application/vnd.oci.image.layer.v1.tar'));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }));
  const manifest = () => Promise.reject(new ContainerError('internal', 'An image has no children.'));
  const tree = await readImageTree(parseManifest(bytes, undefined), choice.platform, { manifest, config: async () => configBytes });
  return { tree, open: ({ digest }, offset) => files.open(names.get(digest) ?? '', offset) };
}

function chooseSaved(files: FileSet, saved: Buffer, { sourceReference }: SourceChoice) {
  const refused = (why: string) => new ContainerError('integrity', `manifest.json in ${files.path} is refused: ${why}.`);
  let entries: unknown;
  try {
    entries = JSON.parse(saved.toString('utf8'));
  } catch {
    throw refused('it is not JSON');
  }
  const images = (Array.isArray(entries) ? entries : []).map((entry) => {
    const { Config: config, Layers: layers, RepoTags: tags } = Object(entry) as Record<string, unknown>;
    const isText = (value: unknown) => typeof value === 'string';
    // Go writes an empty list as null.
    const names = layers ?? [];
    if (typeof config !== 'string' || !Array.isArray(names) || !names.every(isText))
      throw refused('an image in it has no config or no layers');
    return { config, layers: names as string[], tags: Array.isArray(tags) ? tags.filter(isText) : [] };
  });
  const [image, ...others] = images.filter(
    ({ tags }) => sourceReference === undefined || tags.some((tag) => canonical(tag) === canonical(sourceReference)),
  );
  if (image !== undefined && others.length === 0) return image;
  const known = images.flatMap(({ tags }) => tags).join(', ') || '(no names)';
  const code = image === undefined ? 'not-found' : 'invalid-argument';
  throw new ContainerError(code, `Give one of these as "sourceReference" for ${files.path}: ${known}.`);
}

async function measure(files: FileSet, name: string, call: Call): Promise<{ digest: string; size: number; isGzip: boolean }> {
  const size = await files.size(name);
  if (size === undefined)
    throw new ContainerError('integrity', `${files.path} does not have its layer ${JSON.stringify(name.slice(0, 200))}.`);
  const hash = hashOf('sha256:');
  let isGzip = false;
  let isFirst = true;
  for await (const chunk of files.open(name, 0)) {
    call.signal.throwIfAborted();
    if (isFirst) isGzip = chunk.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
    isFirst = false;
    hash.update(chunk);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size, isGzip };
}
