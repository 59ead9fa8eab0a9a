import type { Call } from '../http/exchange.js';
import { sourceWriter } from '../registry/push-blob.js';
import type { RegistrySession } from '../registry/session.js';
import { deliverImage } from './deliver-image.js';
import { type ImageSource, openImage, type SourceChoice } from './image-source.js';
import type { ImageTransfer, TransferSettings } from './pull-image.js';

/** Pushes an image from disk; each blob is hashed on its way and never sent whole when it is wrong. */
export async function pushImage(
  session: RegistrySession,
  repository: string,
  reference: string | undefined,
  source: ImageSource,
  settings: Omit<TransferSettings, 'parallelRangesFromBytes'> & SourceChoice & { readonly chunkBytes: number | undefined },
  call: Call,
): Promise<ImageTransfer> {
  const { tree, open } = await openImage(source, settings, call);
  return deliverImage(
    {
      tree,
      session,
      repository,
      reference: reference ?? tree.root.digest,
      concurrency: settings.concurrency,
      chunkBytes: settings.chunkBytes,
      onProgress: settings.onProgress,
      writeBlob: (blob, offset, _call, onBytes) => sourceWriter((from) => open(blob, from), offset, blob.digest, onBytes),
    },
    call,
  );
}
