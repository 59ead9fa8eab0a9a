import type { ImageProgress } from '@cloud/container-core';
import {
  CALL_OPTIONS,
  type Check,
  type ChecksOf,
  functionOf,
  integerFrom,
  platform,
  required,
  shape,
  TRANSFER_OPTIONS,
  text,
} from '@cloud/container-core/driver-kit';
import type { PlatformOptions, PushImageOptions, PutManifestOptions, ReferrersOptions, TransferImageOptions } from './call-options.js';
import type { ImageSource } from './image/image-source.js';
import type { ImageTarget } from './image/pull-image.js';
import { digestArgument, repositoryOption } from './registry/arguments.js';
import type { BlobContent, PushBlobOptions } from './registry/push-blob.js';

export const platformShape = shape({ ...CALL_OPTIONS, platform } satisfies ChecksOf<PlatformOptions>);
export const putManifestShape = shape({ ...CALL_OPTIONS, mediaType: text } satisfies ChecksOf<PutManifestOptions>);
export const referrersShape = shape({ ...CALL_OPTIONS, artifactType: text } satisfies ChecksOf<ReferrersOptions>);

const transferImage = {
  ...TRANSFER_OPTIONS,
  platform,
  onProgress: functionOf<(progress: ImageProgress) => void>(),
} satisfies ChecksOf<TransferImageOptions>;
const chunkBytes = integerFrom(1);

export const transferImageShape = shape(transferImage);
export const pushImageShape = shape({ ...transferImage, chunkBytes, sourceReference: text } satisfies ChecksOf<PushImageOptions>);
export const pushBlobShape = shape({
  ...TRANSFER_OPTIONS,
  mountFrom: repositoryOption,
  chunkBytes,
  onProgress: functionOf<(sentBytes: number) => void>(),
} satisfies ChecksOf<PushBlobOptions>);

const onDisk = shape({ layout: text, archive: text });

/** Checks where an image is pulled to, or pushed from. */
function layoutOrArchive<T extends ImageTarget | ImageSource>(): Check<T> {
  return (refuse, field, value) => {
    const given = onDisk(refuse, field, value);
    if ((given.layout === undefined) === (given.archive === undefined)) refuse(field, 'an object with either layout or archive');
    return given as T;
  };
}
export const imageTarget = layoutOrArchive<ImageTarget>();
export const imageSource = layoutOrArchive<ImageSource>();

const stream = shape({
  digest: required<string>((refuse, _field, value) => digestArgument(refuse, value)),
  size: required(integerFrom(0)),
  open: required(functionOf<() => AsyncIterable<Uint8Array>>()),
} satisfies ChecksOf<Exclude<BlobContent, Uint8Array>>);

/** Checks what is pushed as a blob. */
export const blobContent: Check<BlobContent> = (refuse, field, value) =>
  value instanceof Uint8Array ? value : stream(refuse, field, value);
