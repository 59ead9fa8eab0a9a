import type { ImageTransfer, TransferImageOptions } from '@cloud/docker-utils';
import { copyTarget, type ImageInRegistry, imageInRegistry, type RegistryFlags, withRegistry } from './with-registry.js';

export interface CopiedImage {
  readonly source: ImageInRegistry;
  readonly target: ImageInRegistry;
  readonly transfer: ImageTransfer;
}

/** Copies an image from one registry to another, blob by blob, with no engine between. */
export async function copyImage(from: string, to: string, options: TransferImageOptions & RegistryFlags): Promise<CopiedImage> {
  const { insecure = false, ...transferOptions } = options;
  const source = imageInRegistry(from);
  const target = copyTarget(to, source);
  const { repository, reference } = target;
  const transfer = await withRegistry(source.registry, { insecure }, (origin) =>
    withRegistry(target.registry, { insecure }, (client) =>
      origin.copyImage(source.repository, source.reference, { client, repository, reference }, transferOptions),
    ),
  );
  return { source, target, transfer };
}
