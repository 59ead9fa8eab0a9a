import { ContainerError, type ErrorCode, type Image, type InstallImageOptions, parseReference } from '@cloud/container-core';
import type { OperationContext, WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { RegistryClient } from '@cloud/docker-utils';
import type { RequestContext } from '../client/aws.js';
import { dockerUtils } from '../session/docker-utils.js';
import type { EcsSession } from '../session/session.js';
import { findImage } from './ecr-images.js';
import { repositoryOf } from './repository-name.js';

/** Where `installImage` puts an image, besides how. */
export interface MirrorOptions extends WithoutCallOptions<InstallImageOptions> {
  /** The ECR repository; by default the source's whole name, such as `docker.io/library/nginx`. Made when it is missing. */
  readonly repository?: string | undefined;
  /** The source's by default. */
  readonly tag?: string | undefined;
  readonly trustedHosts?: readonly string[] | undefined;
}

/**
 * Copies an image from its registry into ECR, blob by blob, with no daemon and no disk between.
 *
 * All platforms, unless one is given. A tag that has the image already is left alone, so that immutable tags are no trouble. An image
 * of the account's ECR is there already: it is only copied to another repository or tag, and one platform of it is had by its digest.
 *
 * A repository that was made stays when the copy fails: what has come there is not sent again by the next attempt.
 */
export async function installImage(session: EcsSession, path: string, options: MirrorOptions, context: OperationContext): Promise<Image> {
  if (path.startsWith('sha256:'))
    throw new ContainerError('invalid-argument', 'image must be a reference such as nginx:1.27, not an image id.');
  const source = parseReference(path);
  const host = await session.registry.host(context);
  const isOwn = source.registry === host;
  const isElsewhere = options.repository !== undefined || options.tag !== undefined;
  if (isOwn && !isElsewhere && options.platform === undefined) return installed(session, path, options, context);
  const from = isOwn ? await session.registry.client(context) : await sourceClient(session, source.registry, options);
  try {
    const requested = source.digest ?? source.tag ?? 'latest';
    const digest = await sourceDigest(from, source.repository, requested, options.platform, context);
    const repository = options.repository ?? repositoryOf(session, source, host);
    const reference = options.tag ?? (isOwn && !isElsewhere ? digest : (source.tag ?? digest));
    if (!isOwn || isElsewhere) {
      await ensureRepository(session, repository, context);
      await copyUnlessThere(session, from, { ...source, requested, digest }, { repository, reference }, options, context);
    }
    return await installed(session, `${host}/${repository}${reference === digest ? '@' : ':'}${reference}`, options, context);
  } finally {
    await from.close();
  }
}

async function sourceClient(
  { options }: EcsSession,
  registry: string,
  { credentials, trustedHosts }: MirrorOptions,
): Promise<RegistryClient> {
  const { RegistryClient } = await dockerUtils();
  const { keychain, environment, retry } = options;
  return new RegistryClient(registry, { credentials, trustedHosts, keychain, environment, retry });
}

async function copyUnlessThere(
  session: EcsSession,
  from: RegistryClient,
  source: { readonly repository: string; readonly requested: string; readonly digest: string },
  { repository, reference }: { readonly repository: string; readonly reference: string },
  options: MirrorOptions,
  context: OperationContext,
): Promise<void> {
  const to = await session.registry.client(context);
  try {
    const present = await to.headManifest(repository, reference, { signal: context.signal });
    if (present?.digest === source.digest) return;
    await from.copyImage(
      source.repository,
      source.requested,
      { client: to, repository, reference },
      {
        signal: context.signal,
        onProgress: (progress) => {
          // Told when bytes have moved, and when a layer has arrived.
          context.progress();
          options.onProgress?.(progress);
        },
        ...(options.platform === undefined ? {} : { platform: options.platform }),
        ...(context.stallTimeoutMs === undefined ? {} : { stallTimeoutMs: context.stallTimeoutMs }),
      },
    );
  } finally {
    await to.close();
  }
}

async function installed(session: EcsSession, path: string, options: MirrorOptions, context: OperationContext): Promise<Image> {
  const image = await findImage(session, path, context);
  if (image === undefined) throw new ContainerError('image-pull', `Image ${JSON.stringify(path)} not found in ECR.`);
  options.onProgress?.({ status: 'done' });
  return image;
}

/** Errors of the source registry that become `image-pull`. */
const PULL_FAILURES: readonly ErrorCode[] = ['not-found', 'unauthenticated', 'permission-denied', 'unavailable', 'precondition-failed'];

/** Returns the digest of the image to copy, before anything is created in ECR. */
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
    if (!ContainerError.isInstance(error) || !PULL_FAILURES.includes(error.code)) throw error;
    const { vendorCode, httpStatus, retryAfterMs } = error;
    throw new ContainerError('image-pull', `${from.host}/${repository} (${reference}) cannot be pulled: ${error.message}`, {
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
