import { ContainerError } from '@cloud/container-core';
import type { BodyWriter, Call } from '../http/exchange.js';
import type { Descriptor, Manifest } from '../registry/manifest.js';
import { headManifest, putManifest } from '../registry/manifests.js';
import { noteReferrer } from '../registry/referrers.js';
import type { RegistrySession } from '../registry/session.js';
import { BlobUploader } from '../registry/upload-blob.js';
import { forEachParallel } from './for-each-parallel.js';
import { type ImageTree, isForeign } from './image-tree.js';
import { type ProgressListener, ProgressMeter } from './progress-meter.js';
import type { ImageTransfer } from './pull-image.js';

/** An image, wherever it is, on its way into a registry. */
export interface Delivery {
  readonly tree: ImageTree;
  /** Writes a blob's bytes from an offset on, and fails if they are wrong. */
  readonly writeBlob: (blob: Descriptor, offset: number, call: Call, onBytes: (bytes: number) => void) => BodyWriter;
  readonly session: RegistrySession;
  readonly repository: string;
  readonly reference: string;
  /** A repository of the same registry that has the blobs. */
  readonly mountFrom?: string | undefined;
  readonly chunkBytes?: number | undefined;
  readonly concurrency: number;
  readonly onProgress: ProgressListener | undefined;
}

/**
 * Brings an image into a registry: its blobs, then its manifests, children first, the one with the tag last.
 *
 * What is there already is not moved. If the registry misses something that it said it had, all is pushed again, once.
 */
export async function deliverImage(delivery: Delivery, call: Call): Promise<ImageTransfer> {
  const { tree, session, repository, reference, onProgress } = delivery;
  const progress = new ProgressMeter(onProgress, 'uploading', tree.blobs);
  const totalBytes = tree.blobs.reduce((sum, { size }) => sum + size, 0);
  const { digest, mediaType } = tree.root;
  let transferredBytes = 0;
  const there = await headManifest(session.direct, repository, reference, call);
  if (there?.digest === digest) {
    for (const blob of tree.blobs) progress.finished(blob.digest, 'exists');
  } else {
    transferredBytes = await pushBlobs(delivery, progress, false, call);
    try {
      await putManifests(delivery, false, call);
    } catch (error) {
      if (!ContainerError.isInstance(error) || error.vendorCode !== 'MANIFEST_BLOB_UNKNOWN') throw error;
      call.debug?.('retry', `the registry misses a part of ${digest}; all of it is pushed again`);
      transferredBytes += await pushBlobs(delivery, progress, true, call);
      await putManifests(delivery, true, call);
    }
  }
  progress.allDone();
  return { digest, mediaType, totalBytes, transferredBytes };
}

async function pushBlobs(delivery: Delivery, progress: ProgressMeter, evenIfThere: boolean, call: Call): Promise<number> {
  const { tree, session, repository, mountFrom, chunkBytes, concurrency, writeBlob } = delivery;
  const uploader = new BlobUploader(session, repository);
  let transferredBytes = 0;
  await forEachParallel(
    tree.blobs.filter((blob) => !isForeign(blob)),
    concurrency,
    call,
    async (blob, inner) => {
      const write = (offset: number) => writeBlob(blob, offset, inner, (bytes) => progress.moved(blob.digest, bytes));
      const offered = { digest: blob.digest, size: blob.size, write };
      const outcome = await uploader.push(offered, { mountFrom: evenIfThere ? undefined : mountFrom, chunkBytes, evenIfThere }, inner);
      if (outcome === 'uploaded') transferredBytes += blob.size;
      progress.finished(blob.digest, outcome === 'uploaded' ? 'done' : 'exists');
    },
  );
  return transferredBytes;
}

async function putManifests({ tree, session, repository, reference }: Delivery, evenIfThere: boolean, call: Call): Promise<void> {
  for (const manifest of tree.manifests) {
    const isRoot = manifest === tree.root;
    if (!isRoot && !evenIfThere && (await headManifest(session.direct, repository, manifest.digest, call)) !== undefined) continue;
    await putOne(session, repository, isRoot ? reference : manifest.digest, manifest, call);
  }
}

async function putOne(session: RegistrySession, repository: string, reference: string, manifest: Manifest, call: Call): Promise<void> {
  const { subjectNoted } = await putManifest(session, repository, reference, manifest, call);
  if (!subjectNoted) await noteReferrer(session, repository, manifest, call);
}
