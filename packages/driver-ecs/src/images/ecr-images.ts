import type { ImageDetail } from '@aws-sdk/client-ecr';
import { ContainerError, type Image, type ImageReference, parseReference, rawOf } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { RequestContext } from '../client/aws.js';
import { tokenPages } from '../client/token-pages.js';
import type { EcsSession } from '../session/session.js';
import { listContainers } from '../tasks/list-containers.js';
import { toImage, toImages } from './map-image.js';
import { repositoryOf } from './repository-name.js';

/** DescribeImages and DescribeRepositories give at most so many a page. */
const MAX_A_PAGE = 1000;

/** The images of a repository, or of all of the account's, untagged ones too. */
export async function* listImages(
  session: EcsSession,
  repository: string | undefined,
  context: OperationContext,
): AsyncGenerator<readonly Image[]> {
  const host = await session.registry.host(context);
  const names = repository === undefined ? repositoryNames(session, context) : [repository];
  for await (const repositoryName of names) {
    for await (const details of describeImages(session, repositoryName, context)) {
      yield details.flatMap((detail) => toImages(host, detail));
    }
  }
}

async function* repositoryNames(session: EcsSession, context: RequestContext): AsyncGenerator<string> {
  const input = { maxResults: MAX_A_PAGE };
  const pages = tokenPages('DescribeRepositories', (token) => session.aws.ecr('describeRepositories', { ...input, ...token }, context));
  for await (const { repositories } of pages) {
    for (const { repositoryName } of repositories ?? []) if (repositoryName !== undefined) yield repositoryName;
  }
}

async function* describeImages(session: EcsSession, repositoryName: string, context: RequestContext): AsyncGenerator<ImageDetail[]> {
  const input = { repositoryName, maxResults: MAX_A_PAGE };
  const pages = tokenPages('DescribeImages', (token) => session.aws.ecr('describeImages', { ...input, ...token }, context));
  for await (const page of pages) yield page.imageDetails ?? [];
}

/** An image of ECR, or the mirror there of an image of another registry. */
export async function getImage(session: EcsSession, path: string, context: OperationContext): Promise<Image> {
  const found = await findImage(session, path, context);
  if (found === undefined) {
    throw new ContainerError('not-found', `ECR does not hold ${path}; installImage brings it there.`);
  }
  return found;
}

export async function findImage(session: EcsSession, path: string, context: RequestContext): Promise<Image | undefined> {
  if (path.startsWith('sha256:')) return undefined;
  const reference = parseReference(path);
  const host = await session.registry.host(context);
  const repositoryName = repositoryOf(session, reference, host);
  try {
    const { imageDetails } = await session.aws.ecr('describeImages', { repositoryName, imageIds: [imageIdOf(reference)] }, context);
    const [detail] = imageDetails ?? [];
    return detail === undefined ? undefined : toImage(host, detail, reference.digest === undefined ? reference.tag : undefined);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Removes a tag, and with its last tag the image; by its digest, the image with all of its tags. An image that a container of the
 * connection's cluster uses is a `conflict`, under whichever name the container has it.
 */
export async function removeImage(session: EcsSession, path: string, context: OperationContext): Promise<void> {
  const image = await findImage(session, path, context);
  if (image === undefined) return;
  const isUser = usersOf(image);
  for await (const containers of listContainers(session, { states: ['pending', 'running', 'stopping'] }, context)) {
    const user = containers.find((container) => container.state !== 'stopped' && isUser(container.image));
    if (user !== undefined) throw new ContainerError('conflict', `${image.reference} is in use by the container ${user.id}.`);
  }
  const reference = parseReference(image.reference);
  const input = { repositoryName: reference.repository, imageIds: [imageIdOf(reference)] };
  const { failures = [] } = await session.aws.ecr('batchDeleteImage', input, context);
  const [failure] = failures.filter(({ failureCode }) => failureCode !== 'ImageNotFound');
  if (failure === undefined) return;
  const code = failure.failureCode === 'ImageReferencedByManifestList' ? 'conflict' : 'precondition-failed';
  throw new ContainerError(code, `ECR did not delete ${image.reference}: ${failure.failureReason ?? failure.failureCode}.`, {
    vendorCode: failure.failureCode,
  });
}

/** Tells whether a container's image is no more to be had once this one was removed. */
function usersOf(image: Image): (used: Image) => boolean {
  const { repositoryName, imageTags = [] } = rawOf(image) as ImageDetail;
  // Under its other tags the image stays.
  if (image.tag !== undefined && imageTags.some((tag) => tag !== image.tag)) return ({ reference }) => reference === image.reference;
  const repository = `${image.registry}/${repositoryName}`;
  const names = new Set([`${repository}@${image.digest}`, ...imageTags.map((tag) => `${repository}:${tag}`)]);
  const isOfRepository = ({ reference: path }: Image) => path.startsWith(`${repository}:`) || path.startsWith(`${repository}@`);
  // A tag may have moved on since a container was started with it: what was pulled counts.
  return (used) => names.has(used.reference) || (used.digest === image.digest && isOfRepository(used));
}

function imageIdOf({ tag, digest }: ImageReference) {
  return digest === undefined ? { imageTag: tag } : { imageDigest: digest };
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && /^(Image|Repository)NotFoundException$/.test(error.name);
}
