import type { Call } from '../http/exchange.js';
import { downloadBlob } from '../registry/download-blob.js';
import { getManifest } from '../registry/manifests.js';
import { partsOf } from '../registry/parts-of.js';
import type { RegistrySession } from '../registry/session.js';
import { deliverImage } from './deliver-image.js';
import { readImageTree } from './image-tree.js';
import type { ImageTransfer, TransferSettings } from './pull-image.js';

/** One end of a copy. */
export interface ImageLocation {
  readonly session: RegistrySession;
  readonly repository: string;
  readonly reference: string;
}

/** Copies an image from registry to registry: each blob's GET is the body of its PUT, nothing touches the disk. */
export async function copyImage(
  source: ImageLocation,
  target: Omit<ImageLocation, 'reference'> & { readonly reference: string | undefined },
  settings: Omit<TransferSettings, 'parallelRangesFromBytes'>,
  call: Call,
): Promise<ImageTransfer> {
  const { session, repository } = source;
  const top = await getManifest(session, repository, source.reference, call);
  const tree = await readImageTree(top, settings.platform, partsOf(session, repository, call));
  const isSameRegistry = session.main.endpoint.url.origin === target.session.main.endpoint.url.origin;
  return deliverImage(
    {
      ...target,
      reference: target.reference ?? tree.root.digest,
      tree,
      concurrency: settings.concurrency,
      onProgress: settings.onProgress,
      ...(isSameRegistry && repository !== target.repository ? { mountFrom: repository } : {}),
      // Blobs go in one piece, so the offset is always 0.
      writeBlob:
        ({ digest, size }, _offset, inner, onBytes) =>
        async (write) => {
          let bytes = 0;
          await downloadBlob(session, { repository, digest, size }, inner, (chunk, done) => {
            bytes += chunk.length;
            onBytes(bytes);
            return write(chunk, done);
          });
        },
    },
    call,
  );
}
