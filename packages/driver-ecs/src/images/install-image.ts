import { ContainerError, type ErrorCode, type Image, type InstallImageOptions, parseReference } from '@cloud/container-core';
import type { OperationContext, WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { RegistryClient } from '@cloud/docker-utils';
import type { RequestContext } from '../client/aws.js';
import type { EcsSession } from '../session.js';
import { findImage } from './ecr-images.js';
import { repositoryOf } from './repository-name.js';

/** Where `installImage` puts an image, besides how. */
export interface MirrorOptions extends WithoutCallOptions<InstallImageOptions> {
  /** The ECR repository; by default the source's whole name, such as `docker.io/library/nginx`. Made when it is missing. */
  readonly repository?: string | undefined;
  /** The source's by default. */
  readonly tag?: string | undefined;
}

/**
 * Copies an image from its registry into ECR, blob by blob, with no daemon and no disk between.
 *
 * All platforms, unless one is given. A tag that has the image already is left alone, so that immutable tags are no trouble.
 */
export async function installImage(session: EcsSession, path: string, options: MirrorOptions, context: OperationContext): Promise<Image> {
  if (path.startsWith('sha256:'))
    throw new ContainerError('invalid-argument', 'image must be a reference such as nginx:1.27, not an image id.');
  const source = parseReference(path);
  const host = await session.registry.host(context);
  if (source.registry === host) return installed(session, path, options, context);
  const repository = options.repository ?? repositoryOf(session, source, host);
  const wanted = source.digest ?? source.tag ?? 'latest';
  const { RegistryClient } = await import('@cloud/docker-utils');
  const { credentials } = options;
  const from = new RegistryClient(source.registry, credentials === undefined ? {} : { credentials });
  try {
    const digest = await sourceDigest(from, source.repository, wanted, options.platform, context);
    const reference = options.tag ?? source.tag ?? digest;
    await ensureRepository(session, repository, context);
    const to = await session.registry.client(context);
    try {
      const present = await to.headManifest(repository, reference, { signal: context.signal });
      if (present?.digest !== digest) {
        const target = { client: to, repository, reference };
        await from.copyImage(source.repository, wanted, target, {
          signal: context.signal,
          onProgress: (progress) => {
            context.progress();
            options.onProgress?.(progress);
          },
          ...(options.platform === undefined ? {} : { platform: options.platform }),
        });
      }
    } finally {
      await to.close();
    }
    return await installed(session, `${host}/${repository}${reference === digest ? '@' : ':'}${reference}`, options, context);
  } finally {
    await from.close();
  }
}

async function installed(session: EcsSession, path: string, options: MirrorOptions, context: OperationContext): Promise<Image> {
  const image = await findImage(session, path, context);
  if (image === undefined) throw new ContainerError('image-pull', `${path} can not be had: ECR does not hold it.`);
  options.onProgress?.({ status: 'done' });
  return image;
}

/** Errors of the source that mean that the image can't be had. */
const UNOBTAINABLE: readonly ErrorCode[] = ['not-found', 'unauthenticated', 'permission-denied', 'unavailable', 'precondition-failed'];

/** The digest of what is to be copied: found before anything is made in ECR. */
async function sourceDigest(
  from: RegistryClient,
  repository: string,
  reference: string,
  platform: string | undefined,
  { signal }: RequestContext,
): Promise<string> {
  try {
    const { digest } = await from.getManifest(repository, reference, { signal, ...(platform === undefined ? {} : { platform }) });
    return digest;
  } catch (error) {
    if (!ContainerError.isInstance(error) || !UNOBTAINABLE.includes(error.code)) throw error;
    const { vendorCode, httpStatus, retryAfterMs } = error;
    throw new ContainerError('image-pull', `${from.host}/${repository} (${reference}) can not be had: ${error.message}`, {
      cause: error,
      vendorCode,
      httpStatus,
      retryAfterMs,
    });
  }
}

/** Repositories must be there before anything is pushed to them. */
async function ensureRepository(session: EcsSession, repositoryName: string, context: RequestContext): Promise<void> {
  try {
    await session.aws.ecr('describeRepositories', { repositoryNames: [repositoryName] }, context);
    return;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RepositoryNotFoundException')) throw error;
  }
  try {
    await session.aws.ecr('createRepository', { repositoryName }, context);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RepositoryAlreadyExistsException')) throw error;
  }
}
