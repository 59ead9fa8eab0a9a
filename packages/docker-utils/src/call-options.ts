import type { CallOptions, ImageProgress, TransferOptions } from '@cloud/container-core';
import type { SourceChoice } from './image/image-source.js';
import type { PushBlobOptions } from './registry/push-blob.js';

/** How to pick an image. */
export interface PlatformOptions extends CallOptions {
  /** `os/architecture[/variant]` */
  readonly platform?: string | undefined;
}

/** How to put a manifest. */
export interface PutManifestOptions extends CallOptions {
  /** The document's own by default. */
  readonly mediaType?: string | undefined;
}

/** Which referrers to list. */
export interface ReferrersOptions extends CallOptions {
  /** Only those of this type, such as `application/spdx+json`. */
  readonly artifactType?: string | undefined;
}

/** How to pull, push or copy an image. */
export interface TransferImageOptions extends TransferOptions {
  /** Only this one of a multi-platform image, `os/architecture[/variant]`; all by default. `not-found` if the image is not for it. */
  readonly platform?: string | undefined;
  /** Called as blobs move, each by its digest. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
}

/** How to push an image. */
export interface PushImageOptions
  extends TransferImageOptions,
    Pick<PushBlobOptions, 'chunkBytes'>,
    Pick<SourceChoice, 'sourceReference'> {}
