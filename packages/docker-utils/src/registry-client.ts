import {
  type CallOptions,
  ContainerError,
  type Image,
  type ImageProgress,
  imageFromReference,
  isDigest,
  type Listing,
  type TransferOptions,
} from '@cloud/container-core';
import { type OperationContext, Operations, type Refuse } from '@cloud/container-core/driver-kit';
import type { Call } from './http/exchange.js';
import { discard } from './http/read-body.js';
import { copyImage } from './image/copy-image.js';
import type { ImageSource, SourceChoice } from './image/image-source.js';
import { type ImageTarget, type ImageTransfer, pullImage } from './image/pull-image.js';
import { pushImage } from './image/push-image.js';
import {
  chunkBytesArgument,
  digestArgument,
  platformArgument,
  referenceArgument,
  repositoryArgument,
  tagArgument,
} from './registry/arguments.js';
import { chunksOf } from './registry/blob-chunks.js';
import { imageFor } from './registry/choose-image.js';
import { DEFAULT_CONCURRENCY, openSession, type RegistryClientOptions } from './registry/client-options.js';
import { describeImage, imageReference } from './registry/describe-image.js';
import { repositoryPages, tagPages } from './registry/lists.js';
import { type Descriptor, type Manifest, parseManifest } from './registry/manifest.js';
import { deleteManifest, deleteTag, getManifest, headManifest, type ManifestHead, putManifest } from './registry/manifests.js';
import { partsOf } from './registry/parts-of.js';
import { type BlobContent, type PushBlobOptions, type PushBlobResult, pushBlob } from './registry/push-blob.js';
import { forgetReferrer, noteReferrer, referrerPages } from './registry/referrers.js';
import type { RegistrySession } from './registry/session.js';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_STALL_TIMEOUT_MS = 60_000;
const DEFAULT_PARALLEL_RANGES_FROM_BYTES = 256 * 1024 * 1024;

/** How to pick an image. */
export interface PlatformOptions extends CallOptions {
  /** `os/architecture[/variant]` */
  readonly platform?: string | undefined;
}

/** How to pull, push or copy an image. */
export interface TransferImageOptions extends TransferOptions {
  /** Only this one of a multi-platform image, `os/architecture[/variant]`; all by default. `not-found` if the image is not for it. */
  readonly platform?: string | undefined;
  /** Called as blobs move, each by its digest. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
}

/** Where an image is copied to. */
export interface CopyTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  /** The source's by default. */
  readonly reference?: string | undefined;
}

/** What a registry says of itself. */
export interface RegistryInfo {
  /** As it is written in references: `docker.io`. */
  readonly host: string;
  /** Where its API is. */
  readonly url: string;
}

/**
 * A client of one registry: Docker Hub, GHCR, Quay, ECR, `registry:2`, any that keeps to the OCI distribution specification.
 *
 * The object holds the connections and the state of authentication; keep it, share it, and `close()` it. Making one requests
 * nothing. Every call takes `signal` and `timeoutMs`; every error is a `ContainerError` with the registry's own code in
 * `vendorCode`. Whatever has a digest is verified.
 *
 * ```ts
 * const registry = new RegistryClient('ghcr.io', { credentials: { username, password } });
 * for await (const tag of registry.listTags('owner/app')) console.log(tag);
 * ```
 */
export class RegistryClient {
  /** The registry as it is written in references, such as `docker.io` or `localhost:5000`. */
  readonly host: string;
  readonly #session: RegistrySession;
  readonly #operations: Operations;
  readonly #transfers: { readonly concurrency: number; readonly parallelRangesFromBytes: number };

  /**
   * @param registry a host, a URL, or a reference to an image in the registry
   */
  constructor(registry: string, options: RegistryClientOptions = {}) {
    const { session, secrets, agents } = openSession(registry, options);
    this.host = session.main.endpoint.host;
    this.#session = session;
    this.#transfers = {
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      parallelRangesFromBytes: options.parallelRangesFromBytes ?? DEFAULT_PARALLEL_RANGES_FROM_BYTES,
    };
    this.#operations = new Operations({
      provider: 'registry',
      defaultTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onDebug: options.onDebug,
      // Content is stored under its digest, a tag leads to the same manifest, and what was deleted is not found again.
      repeatableCalls: 'all',
      redact: secrets.redact,
      mapError: (error) => new ContainerError('internal', 'The registry client failed.', { cause: error }),
      close: () => agents.destroy(),
    });
  }

  /** Asks whether the registry is there and takes our credentials. */
  ping(options?: CallOptions): Promise<RegistryInfo> {
    return this.#operations.call('ping', options, 'deadline', nothing, async (_, context) => {
      const { url } = this.#session.main.endpoint;
      const request = { method: 'GET' as const, target: '/v2/', scopes: [], what: `Reaching ${this.host}` };
      discard(await this.#session.main.request(request, callOf(context, options)));
      return { host: this.host, url: url.origin };
    });
  }

  /** The repositories. Registries that do not tell (Docker Hub, GHCR) throw; an empty list is an empty registry. */
  listRepositories(options?: CallOptions): Listing<string> {
    return this.#operations.list('listRepositories', options, nothing, (_, context) =>
      repositoryPages(this.#session, callOf(context, options)),
    );
  }

  /** The tags of a repository in the registry's order. `not-found` when there is no such repository. */
  listTags(repository: string, options?: CallOptions): Listing<string> {
    return this.#operations.list(
      'listTags',
      options,
      (refuse) => repositoryArgument(refuse, this.host, repository),
      (path, context) => tagPages(this.#session, path, callOf(context, options)),
    );
  }

  /** One image per tag, each deployable with any driver; {@link getImage} says more about one. */
  listImages(repository: string, options?: CallOptions): Listing<Image> {
    return this.#operations.list(
      'listImages',
      options,
      (refuse) => repositoryArgument(refuse, this.host, repository),
      (path, context) => imagePages(this.host, path, tagPages(this.#session, path, callOf(context, options))),
    );
  }

  /**
   * An image with its digest, size, date and labels, deployable with any driver.
   *
   * Of a multi-platform image, `digest` is the index's; the rest is about `platform`, by default Linux on this machine's
   * processor. `not-found` when there is none.
   */
  getImage(repository: string, reference: string, options?: PlatformOptions): Promise<Image> {
    return this.#operations.call(
      'getImage',
      options,
      'deadline',
      (refuse) => this.#image(refuse, repository, reference, options),
      (prepared, context) => describeImage(this.#session, prepared.path, prepared.reference, options?.platform, callOf(context, options)),
    );
  }

  /**
   * A manifest by tag or digest, its bytes as they are. With `platform` an index is followed to that image, and an image that stands alone
   * must be for it; `not-found` otherwise.
   */
  getManifest(repository: string, reference: string, options?: PlatformOptions): Promise<Manifest> {
    return this.#operations.call(
      'getManifest',
      options,
      'deadline',
      (refuse) => this.#image(refuse, repository, reference, options),
      async (prepared, context) => {
        const call = callOf(context, options);
        const manifest = await getManifest(this.#session, prepared.path, prepared.reference, call);
        if (options?.platform === undefined) return manifest;
        return imageFor(manifest, options.platform, partsOf(this.#session, prepared.path, call));
      },
    );
  }

  /** The digest, type and size of a manifest; cheap, and free of Docker Hub's pull quota. `undefined` when there is none. */
  headManifest(repository: string, reference: string, options?: CallOptions): Promise<ManifestHead | undefined> {
    return this.#operations.call(
      'headManifest',
      options,
      'deadline',
      (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), reference: referenceArgument(refuse, reference) }),
      (prepared, context) => headManifest(this.#session, prepared.path, prepared.reference, callOf(context, options)),
    );
  }

  /**
   * Puts a manifest under a tag, or its digest.
   *
   * What it names must be there already. If it has a subject and the registry has no referrers API, the tag that stands in for it
   * is brought up to date. `integrity` when the reference is a digest and not the bytes' own.
   * `mediaType` is the document's own by default.
   */
  putManifest(
    repository: string,
    reference: string,
    bytes: Uint8Array,
    options?: CallOptions & { readonly mediaType?: string | undefined },
  ): Promise<Manifest> {
    return this.#operations.call(
      'putManifest',
      options,
      'deadline',
      (refuse) => ({
        path: repositoryArgument(refuse, this.host, repository),
        reference: referenceArgument(refuse, reference),
        manifest: parseManifest(Buffer.from(bytes), options?.mediaType, reference.includes(':') ? reference : undefined),
      }),
      async ({ path, reference: checked, manifest }, context) => {
        const call = callOf(context, options);
        const { subjectNoted } = await putManifest(this.#session, path, checked, manifest, call);
        if (!subjectNoted) await noteReferrer(this.#session, path, manifest, call);
        return manifest;
      },
    );
  }

  /** Deletes a manifest, and with it all its tags; one that is gone already is no error. */
  deleteManifest(repository: string, digest: string, options?: CallOptions): Promise<void> {
    return this.#operations.call(
      'deleteManifest',
      options,
      'deadline',
      (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      async (prepared, context) => {
        const call = callOf(context, options);
        // Its subject is to be told; a manifest that can't be read, damaged or of a kind of its own, is deleted all the same.
        const manifest = await unlessUnreadable(getManifest(this.#session.direct, prepared.path, prepared.digest, call), call);
        await deleteManifest(this.#session, prepared.path, prepared.digest, call);
        if (manifest !== undefined) await forgetReferrer(this.#session, prepared.path, manifest, call);
      },
    );
  }

  /** Deletes a tag and leaves its manifest; one that is gone already is no error. `unsupported` where registries can't. */
  deleteTag(repository: string, tag: string, options?: CallOptions): Promise<void> {
    return this.#operations.call(
      'deleteTag',
      options,
      'deadline',
      (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), tag: tagArgument(refuse, tag) }),
      (prepared, context) => deleteTag(this.#session, prepared.path, prepared.tag, callOf(context, options)),
    );
  }

  /** What refers to a manifest (signatures, bills of materials), by the API or the tag that stands in for it. */
  referrers(
    repository: string,
    digest: string,
    options?: CallOptions & { readonly artifactType?: string | undefined },
  ): Listing<Descriptor> {
    return this.#operations.list(
      'referrers',
      options,
      (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      (prepared, context) => referrerPages(this.#session, prepared.path, prepared.digest, options?.artifactType, callOf(context, options)),
    );
  }

  /**
   * The bytes of a blob, in order, each once, across broken connections.
   *
   * Ends cleanly only if the digest is right; else the loop throws `integrity` after the last chunk, so believe nothing before the
   * end. Leaving the loop closes the connection.
   */
  getBlob(repository: string, digest: string, options?: TransferOptions): AsyncIterable<Uint8Array> {
    return this.#operations.chunks(
      'getBlob',
      options,
      'none',
      (refuse) => ({ repository: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      (blob, context) => chunksOf(this.#session, blob, callOf(context, options)),
    );
  }

  /** Brings a blob into a repository: nothing if it is there, a mount if it can be, else a streamed upload. */
  pushBlob(repository: string, content: BlobContent, options?: PushBlobOptions): Promise<PushBlobResult> {
    return this.#operations.call(
      'pushBlob',
      options,
      'none',
      (refuse) => {
        chunkBytesArgument(refuse, options?.chunkBytes);
        return repositoryArgument(refuse, this.host, repository);
      },
      (path, context) => pushBlob(this.#session, path, content, options ?? {}, callOf(context, options)),
    );
  }

  /**
   * Pulls an image to disk: into the folder of an OCI image layout, which may hold others already, or as a tar that `docker load`
   * and every OCI tool take. All platforms by default.
   *
   * Every blob is verified; what a layout has already is not fetched again; connections that break are resumed. After a failure
   * nothing is left that was not there before. Several pulls, of several processes too, may share a layout: then blobs that are whole stay.
   */
  pullImage(repository: string, reference: string, target: ImageTarget, options?: TransferImageOptions): Promise<ImageTransfer> {
    return this.#operations.call(
      'pullImage',
      options,
      'none',
      (refuse) => this.#image(refuse, repository, reference, options),
      (prepared, context) =>
        pullImage(this.#session, prepared.path, prepared.reference, target, this.#settings(options), callOf(context, options)),
    );
  }

  /**
   * Pushes an image from an OCI image layout, or a tar of one or of `docker save`.
   *
   * From a layout the digests stay what they are. Of `docker save` the layers go as they lie in it.
   *
   * @param reference the tag; `undefined` to push by digest only
   */
  pushImage(
    repository: string,
    reference: string | undefined,
    source: ImageSource,
    options?: TransferImageOptions & Pick<PushBlobOptions, 'chunkBytes'> & Pick<SourceChoice, 'sourceReference'>,
  ): Promise<ImageTransfer> {
    return this.#operations.call(
      'pushImage',
      options,
      'none',
      (refuse) => ({
        path: repositoryArgument(refuse, this.host, repository),
        reference: reference === undefined ? undefined : tagArgument(refuse, reference),
        platform: platformArgument(refuse, options?.platform),
        chunkBytes: chunkBytesArgument(refuse, options?.chunkBytes),
      }),
      (prepared, context) => {
        const { sourceReference, chunkBytes } = options ?? {};
        const settings = { ...this.#settings(options), sourceReference, chunkBytes };
        return pushImage(this.#session, prepared.path, prepared.reference, source, settings, callOf(context, options));
      },
    );
  }

  /**
   * Copies an image of this registry to another one (or another repository of this one): no daemon, no temporary file.
   *
   * What the target has is skipped, within one registry blobs are mounted; children come before their index.
   *
   * ```ts
   * const hub = new RegistryClient('docker.io');
   * await hub.copyImage('library/nginx', '1.27', { client: ecr, repository: 'nginx', reference: '1.27' }, { platform: 'linux/arm64' });
   * ```
   */
  copyImage(repository: string, reference: string, target: CopyTarget, options?: TransferImageOptions): Promise<ImageTransfer> {
    return this.#operations.call(
      'copyImage',
      options,
      'none',
      (refuse) => ({
        source: this.#image(refuse, repository, reference, options),
        target: {
          repository: repositoryArgument(refuse, target.client.host, target.repository),
          // A digest is a different one when only one platform is copied.
          reference:
            target.reference === undefined && isDigest(reference) ? undefined : referenceArgument(refuse, target.reference ?? reference),
        },
      }),
      ({ source, target: to }, context) =>
        copyImage(
          { session: this.#session, repository: source.path, reference: source.reference },
          { session: target.client.#session, ...to },
          this.#settings(options),
          callOf(context, options),
        ),
    );
  }

  #image(refuse: Refuse, repository: string, reference: string, options: PlatformOptions | undefined) {
    platformArgument(refuse, options?.platform);
    return { path: repositoryArgument(refuse, this.host, repository), reference: referenceArgument(refuse, reference) };
  }

  #settings(options: TransferImageOptions | undefined) {
    return { ...this.#transfers, platform: options?.platform, onProgress: options?.onProgress };
  }

  /** Ends what is under way and closes the connections; later calls are refused. */
  close(): Promise<void> {
    return this.#operations.close();
  }
}

/** How reading a manifest may fail that is nevertheless there. */
const UNREADABLE: readonly string[] = ['not-found', 'unsupported', 'integrity'];

const nothing = () => undefined;

function callOf(context: OperationContext, options: TransferOptions | undefined): Call {
  return {
    operation: context.operation,
    signal: context.signal,
    redact: context.redact,
    stallTimeoutMs: options?.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
    remainingMs: context.remainingMs,
    ...(context.debug === undefined ? {} : { debug: context.debug }),
  };
}

async function* imagePages(host: string, repository: string, tags: AsyncIterable<string[]>): AsyncGenerator<Image[]> {
  for await (const page of tags) yield page.map((tag) => imageFromReference(imageReference(host, repository, tag)));
}

async function unlessUnreadable<T>(work: Promise<T>, { signal }: Call): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    if (ContainerError.isInstance(error) && UNREADABLE.includes(error.code)) return undefined;
    throw error;
  }
}
