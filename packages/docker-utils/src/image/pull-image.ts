import { lazyModule } from '@cloud/container-core';
import type { Call } from '../http/exchange.js';
import type { ReceiverThreads } from '../http/receiver-threads.js';
import type { Descriptor, Manifest } from '../registry/manifest.js';
import { getManifest } from '../registry/manifests.js';
import { partsOf } from '../registry/parts-of.js';
import { hostPlatform, selectPlatform } from '../registry/platform.js';
import type { RegistrySession } from '../registry/session.js';
import { type ArchiveEntry, ArchiveWriter } from './archive-writer.js';
import { downloadToFile } from './download-to-file.js';
import { forEachParallel } from './for-each-parallel.js';
import { type ImageTree, readImageTree } from './image-tree.js';
import { blobName, dockerManifest, indexWith, layoutEntry, type NamedImage, OCI_LAYOUT_CONTENT } from './layout-files.js';
import { LayoutWriter } from './layout-writer.js';
import { type ProgressListener, ProgressMeter } from './progress-meter.js';

const threadsModule = lazyModule(() => import('../http/receiver-threads.js'));

/** Below this the threads would take longer to start than they save. */
const THREADS_FROM_BYTES = 64 * 1024 * 1024;

/** Where an image is pulled to: the folder of an OCI image layout, or a tar that `docker load` takes. */
export type ImageTarget = { readonly layout: string } | { readonly archive: string };

/** What was moved. */
export interface ImageTransfer {
  readonly digest: string;
  readonly mediaType: string;
  /** Of all blobs. */
  readonly totalBytes: number;
  /** Of those that were not there yet. */
  readonly transferredBytes: number;
}

export interface TransferSettings {
  readonly concurrency: number;
  readonly parallelRangesFromBytes: number;
  readonly platform: string | undefined;
  readonly onProgress: ProgressListener | undefined;
}

export async function pullImage(
  session: RegistrySession,
  repository: string,
  reference: string,
  target: ImageTarget,
  settings: TransferSettings,
  call: Call,
): Promise<ImageTransfer> {
  const top = await getManifest(session, repository, reference, call);
  const tree = await readImageTree(top, settings.platform, partsOf(session, repository, call));
  const image = { host: session.main.endpoint.host, repository, reference, root: tree.root };
  const pull = new Pull(session, image, tree, settings, call);
  return 'layout' in target ? pull.toLayout(target.layout) : pull.toArchive(target.archive);
}

class Pull {
  readonly #session: RegistrySession;
  readonly #image: NamedImage;
  readonly #tree: ImageTree;
  readonly #settings: TransferSettings;
  readonly #call: Call;
  readonly #progress: ProgressMeter;
  #transferredBytes = 0;
  #threads: ReceiverThreads | undefined;

  constructor(session: RegistrySession, image: NamedImage, tree: ImageTree, settings: TransferSettings, call: Call) {
    this.#session = session;
    this.#image = image;
    this.#tree = tree;
    this.#settings = settings;
    this.#call = call;
    this.#progress = new ProgressMeter(settings.onProgress, 'downloading', tree.blobs);
  }

  async toLayout(path: string): Promise<ImageTransfer> {
    const layout = new LayoutWriter(path);
    try {
      await layout.prepare(this.#call.signal);
      await this.#forEachBlob(async (blob, call) => {
        if (await layout.has(blob, call)) this.#progress.finished(blob.digest, 'exists');
        else await layout.store(blob.digest, (file) => this.#download(blob, file, 0, call));
      });
      for (const { digest, bytes } of this.#tree.manifests) {
        if (!(await layout.has({ digest, size: bytes.length }, this.#call))) await layout.storeBytes(digest, bytes);
      }
      this.#call.signal.throwIfAborted();
      await layout.finish(this.#image, this.#call.signal);
    } catch (error) {
      await layout.abandon();
      throw error;
    }
    return this.#result();
  }

  async toArchive(path: string): Promise<ImageTransfer> {
    const archive = new ArchiveWriter(path);
    try {
      await archive.prepare(this.#archiveEntries());
      await this.#forEachBlob((blob, call) =>
        archive.store(blobName(blob.digest), (file, position) => this.#download(blob, file, position, call)),
      );
      this.#call.signal.throwIfAborted();
      await archive.finish();
    } catch (error) {
      await archive.abandon();
      throw error;
    }
    return this.#result();
  }

  /** A layout in a tar, with the `manifest.json` of `docker load` besides. */
  #archiveEntries(): ArchiveEntry[] {
    const forDocker = this.#imageForDocker();
    const index = indexWith(undefined, layoutEntry(this.#image));
    return [
      { name: 'oci-layout', content: Buffer.from(OCI_LAYOUT_CONTENT) },
      { name: 'index.json', content: Buffer.from(index) },
      ...(forDocker === undefined ? [] : [{ name: 'manifest.json', content: Buffer.from(dockerManifest(this.#image, forDocker)) }]),
      ...this.#tree.manifests.map(({ digest, bytes }) => ({ name: blobName(digest), content: bytes })),
      ...this.#tree.blobs.map(({ digest, size }) => ({ name: blobName(digest), size })),
    ];
  }

  /** `docker load` takes one image: of an index the one for Linux on this machine's processor, or the first if there is none. */
  #imageForDocker(): Manifest | undefined {
    const { root, manifests } = this.#tree;
    if (root.kind === 'image') return root;
    const images = manifests.filter(({ kind }) => kind === 'image');
    return images.find(({ digest }) => digest === this.#digestForHere()) ?? images[0];
  }

  #digestForHere(): string | undefined {
    try {
      return selectPlatform(this.#tree.root, hostPlatform()).digest;
    } catch {
      // It has none for here.
      return undefined;
    }
  }

  async #forEachBlob(work: (blob: Descriptor, call: Call) => Promise<void>): Promise<void> {
    const { blobs } = this.#tree;
    const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
    if (bytes >= THREADS_FROM_BYTES) this.#threads = new (await threadsModule()).ReceiverThreads();
    try {
      await forEachParallel(blobs, this.#settings.concurrency, this.#call, work);
    } finally {
      await this.#threads?.end();
    }
  }

  async #download(blob: Descriptor, file: Parameters<typeof downloadToFile>[0]['file'], position: number, call: Call): Promise<void> {
    const { digest, size, urls } = blob;
    await downloadToFile(
      {
        session: this.#session,
        blob: { repository: this.#image.repository, digest, size, urls },
        file,
        position,
        threads: this.#threads,
        parallelRangesFromBytes: this.#settings.parallelRangesFromBytes,
        onBytes: (bytes) => this.#progress.add(digest, bytes),
      },
      call,
    );
    this.#transferredBytes += size;
    this.#progress.finished(digest, 'done');
  }

  #result(): ImageTransfer {
    this.#progress.allDone();
    const { root, blobs } = this.#tree;
    const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
    return { digest: root.digest, mediaType: root.mediaType, totalBytes, transferredBytes: this.#transferredBytes };
  }
}
