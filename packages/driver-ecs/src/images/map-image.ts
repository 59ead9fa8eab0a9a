import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { Image } from '@cloud/container-core';
import { withRaw } from '@cloud/container-core/driver-kit';

/** The images of one entry of ECR: one for each tag, or one by its digest when it has no tag. */
export function toImages(host: string, detail: ImageDetail): Image[] {
  const tags = detail.imageTags ?? [];
  return tags.length === 0 ? [toImage(host, detail, undefined)] : tags.map((tag) => toImage(host, detail, tag));
}

/** @param tag the one by which it was asked for */
export function toImage(host: string, detail: ImageDetail, tag: string | undefined): Image {
  const { repositoryName = '', imageDigest, imageSizeInBytes, imagePushedAt } = detail;
  const path = `${host}/${repositoryName}`;
  return withRaw(
    {
      ...(imageDigest === undefined ? {} : { id: imageDigest, digest: imageDigest }),
      name: repositoryName.slice(repositoryName.lastIndexOf('/') + 1),
      reference: tag === undefined ? `${path}@${imageDigest}` : `${path}:${tag}`,
      ...(tag === undefined ? {} : { tag }),
      registry: host,
      ...(imageSizeInBytes === undefined ? {} : { sizeBytes: imageSizeInBytes }),
      ...(imagePushedAt === undefined ? {} : { createdAt: imagePushedAt }),
      provider: 'ecs',
    },
    detail,
  );
}
