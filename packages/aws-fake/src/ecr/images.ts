import { seconds } from '../ecs/time.js';
import { pageOf } from '../paging.js';
import { integer, listOf, oneOf, required, type Shape, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import type { BackingRegistry } from './backing-registry.js';
import type { ImageStore, Repository, StoredImage } from './image-store.js';

const PAGE = { byDefault: 100, most: 1000 };
const idFields = { imageDigest: text, imageTag: text } as const;
const imageIds = listOf(shape(idFields));
const filter = shape({ tagStatus: oneOf('TAGGED', 'UNTAGGED', 'ANY'), imageStatus: oneOf('ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY') });

type ImageId = Shape<typeof idFields>;

export function imageOperations(store: ImageStore, registry: BackingRegistry): OperationTable {
  const open = async (name: string): Promise<Repository> => {
    const repository = store.requireRepository(name);
    await registry.refresh(repository);
    return repository;
  };
  const place = (repository: Repository) => ({ registryId: store.registryId, repositoryName: repository.name });

  return {
    ListImages: operation(
      shape({ registryId: text, repositoryName: required(text), nextToken: text, maxResults: integer, filter }),
      async ({ filter: { tagStatus = 'ANY' } = {}, ...input }) => {
        const repository = await open(input.repositoryName);
        const ids = [...repository.images.values()].flatMap(({ digest, tags }): ImageId[] =>
          tags.size === 0 ? [{ imageDigest: digest }] : [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })),
        );
        const matching = ids.filter(({ imageTag }) => tagStatus === 'ANY' || (imageTag !== undefined) === (tagStatus === 'TAGGED'));
        const page = pageOf(matching, input, PAGE, ['ListImages', repository.name, tagStatus]);
        return { imageIds: page.items, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
    ),

    DescribeImages: operation(
      shape({ registryId: text, repositoryName: required(text), imageIds, nextToken: text, maxResults: integer, filter }),
      async ({ filter: { tagStatus = 'ANY' } = {}, ...input }) => {
        const repository = await open(input.repositoryName);
        const write = ({ digest, tags, manifest, pushedAt }: StoredImage) => ({
          ...place(repository),
          imageDigest: digest,
          imageSizeInBytes: manifest.sizeBytes,
          imagePushedAt: seconds(pushedAt),
          imageManifestMediaType: manifest.mediaType,
          imageStatus: 'ACTIVE',
          ...(tags.size === 0 ? {} : { imageTags: [...tags] }),
          ...(manifest.configMediaType === undefined ? {} : { artifactMediaType: manifest.configMediaType }),
        });
        if (input.imageIds !== undefined) {
          if (input.nextToken !== undefined || input.maxResults !== undefined) throw invalidParameter('imageIds cannot be paged.');
          return { imageDetails: checkIds(input.imageIds).map((id) => write(requireImage(store, repository, id))) };
        }
        const matching = [...repository.images.values()].filter(
          ({ tags }) => tagStatus === 'ANY' || tags.size > 0 === (tagStatus === 'TAGGED'),
        );
        const page = pageOf(matching, input, PAGE, ['DescribeImages', repository.name, tagStatus]);
        return { imageDetails: page.items.map(write), ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
    ),

    BatchGetImage: operation(
      shape({ registryId: text, repositoryName: required(text), imageIds: required(imageIds), acceptedMediaTypes: listOf(text) }),
      async (input) => {
        const repository = await open(input.repositoryName);
        const found = checkIds(input.imageIds).map((imageId) => ({ imageId, image: findImage(repository, imageId) }));
        return {
          images: found.flatMap(({ imageId, image }) =>
            image === undefined
              ? []
              : [
                  {
                    ...place(repository),
                    imageId: { ...imageId, imageDigest: image.digest },
                    imageManifest: image.manifest.text,
                    imageManifestMediaType: image.manifest.mediaType,
                  },
                ],
          ),
          failures: found.filter(({ image }) => image === undefined).map(({ imageId }) => failure(imageId)),
        };
      },
    ),

    BatchDeleteImage: operation(
      shape({ registryId: text, repositoryName: required(text), imageIds: required(imageIds) }),
      async (input) => {
        const repository = await open(input.repositoryName);
        const deleted: ImageId[] = [];
        const failures: unknown[] = [];
        for (const imageId of checkIds(input.imageIds)) {
          const image = findImage(repository, imageId);
          if (image === undefined) failures.push(failure(imageId));
          else if (isReferenced(repository, image, imageId)) {
            failures.push({
              imageId,
              failureCode: 'ImageReferencedByManifestList',
              failureReason: 'Requested image referenced by manifest list',
            });
          } else {
            deleted.push(...remove(repository, image, imageId));
            if (!repository.images.has(image.digest)) await registry.deleteImage(repository, image.digest);
          }
        }
        return { imageIds: deleted, failures };
      },
    ),

    PutImage: operation(
      shape({
        registryId: text,
        repositoryName: required(text),
        imageManifest: required(text),
        imageManifestMediaType: text,
        imageTag: text,
        imageDigest: text,
      }),
      (input) => {
        const repository = store.requireRepository(input.repositoryName);
        const { imageTag } = input;
        const tagged = imageTag === undefined ? undefined : findImage(repository, { imageTag });
        const known = repository.images.size;
        const probe = store.addImage({ ...repository, images: new Map() }, input.imageManifest, imageTag, input.imageManifestMediaType);
        if (input.imageDigest !== undefined && input.imageDigest !== probe.digest) {
          throw new ServiceError('ImageDigestDoesNotMatchException', 'The digest does not match that of the manifest.');
        }
        if (tagged !== undefined && tagged.digest !== probe.digest && repository.mutability.startsWith('IMMUTABLE')) {
          const message = `The image tag '${imageTag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`;
          throw new ServiceError('ImageTagAlreadyExistsException', message);
        }
        const absent = probe.manifest.children.filter((child) => !repository.images.has(child));
        if (absent.length > 0)
          throw new ServiceError('ReferencedImagesNotFoundException', `The referenced images ${absent.join(', ')} do not exist.`);
        const untaggedAgain = imageTag === undefined && repository.images.has(probe.digest);
        const image = store.addImage(repository, input.imageManifest, imageTag, input.imageManifestMediaType);
        if (untaggedAgain || (tagged === image && repository.images.size === known)) {
          throw new ServiceError('ImageAlreadyExistsException', `Image with digest '${image.digest}' and tag '${imageTag}' already exists`);
        }
        const imageId = { imageDigest: image.digest, ...(imageTag === undefined ? {} : { imageTag }) };
        return {
          image: { ...place(repository), imageId, imageManifest: image.manifest.text, imageManifestMediaType: image.manifest.mediaType },
        };
      },
    ),

    BatchCheckLayerAvailability: operation(
      shape({ registryId: text, repositoryName: required(text), layerDigests: required(listOf(text)) }),
      async ({ repositoryName, layerDigests }) => {
        const repository = await open(repositoryName);
        if (layerDigests.length < 1 || layerDigests.length > 100) throw invalidParameter('layerDigests must have 1 to 100 members.');
        const present = new Set([...repository.images.values()].flatMap(({ manifest }) => manifest.blobs));
        const layers = layerDigests.map((layerDigest) => ({
          layerDigest,
          layerAvailability: present.has(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
        }));
        return { layers, failures: [] };
      },
    ),
  };
}

function checkIds(ids: readonly ImageId[]): readonly ImageId[] {
  if (ids.length < 1 || ids.length > 100) throw invalidParameter('imageIds must have 1 to 100 members.');
  return ids;
}

function findImage(repository: Repository, { imageDigest, imageTag }: ImageId): StoredImage | undefined {
  return [...repository.images.values()].find(
    (image) =>
      (imageDigest !== undefined || imageTag !== undefined) &&
      (imageDigest === undefined || image.digest === imageDigest) &&
      (imageTag === undefined || image.tags.has(imageTag)),
  );
}

function requireImage(store: ImageStore, repository: Repository, id: ImageId): StoredImage {
  const image = findImage(repository, id);
  if (image !== undefined) return image;
  const wanted = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
  const message = `The image with imageId ${wanted} does not exist within the repository with name '${repository.name}' in the registry with id '${store.registryId}'`;
  throw new ServiceError('ImageNotFoundException', message);
}

function failure(imageId: ImageId) {
  if (imageId.imageDigest === undefined && imageId.imageTag === undefined) {
    return { imageId, failureCode: 'MissingDigestAndTag', failureReason: 'Invalid request parameters: both tag and digest cannot be null' };
  }
  return { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

/** Deleting by tag takes the tag away, and the image with its last one; by digest it takes the image with all its tags. */
function remove(repository: Repository, image: StoredImage, { imageTag }: ImageId): ImageId[] {
  const gone = imageTag === undefined ? [...image.tags] : [imageTag];
  for (const tag of gone) image.tags.delete(tag);
  if (imageTag === undefined || image.tags.size === 0) repository.images.delete(image.digest);
  return gone.length === 0 ? [{ imageDigest: image.digest }] : gone.map((tag) => ({ imageDigest: image.digest, imageTag: tag }));
}

const isReferenced = (repository: Repository, image: StoredImage, { imageTag }: ImageId) =>
  (imageTag === undefined || image.tags.size === 1) &&
  [...repository.images.values()].some(({ manifest }) => manifest.children.includes(image.digest));
