import {
  type CallOptions,
  ContainerError,
  type Image,
  imageFromReference,
  isDigest,
  type Listing,
  type TransferOptions,
} from '@cloud/container-core';
import {
  type ChecksOf,
  callShape,
  type OperationContext,
  objectWith,
  type Refuse,
  refusal,
  required,
  shape,
  text,
  transferShape,
} from '@cloud/container-core/driver-kit';
import type { PlatformOptions, PushImageOptions, PutManifestOptions, ReferrersOptions, TransferImageOptions } from './call-options.js';
import {
  blobContent,
  imageSource,
  imageTarget,
  platformShape,
  pushBlobShape,
  pushImageShape,
  putManifestShape,
  referrersShape,
  transferImageShape,
} from './call-shapes.js';
import { ClientCalls } from './client-calls.js';
import type { Call } from './http/exchange.js';
import { discard } from './http/read-body.js';
import { copyImage } from './image/copy-image.js';
import type { ImageSource } from './image/image-source.js';
import { type ImageTarget, type ImageTransfer, pullImage } from './image/pull-image.js';
import { pushImage } from './image/push-image.js';
import { digestArgument, referenceArgument, repositoryArgument, tagArgument } from './registry/arguments.js';
import { chunksOf } from './registry/blob-chunks.js';
import { imageFor } from './registry/choose-image.js';
import { clientOptions, DEFAULT_CONCURRENCY, openSession, type RegistryClientOptions } from './registry/client-options.js';
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

/** Where an image is copied to. */
export interface CopyTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  /** The source's by default. */
  readonly reference?: string | undefined;
}

const copyTarget = shape({
  client: required(objectWith<RegistryClient>('copyImage')),
  repository: required<string>(text),
  reference: text,
} satisfies ChecksOf<CopyTarget>);

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
  readonly #calls: ClientCalls;
  readonly #transfers: { readonly concurrency: number; readonly parallelRangesFromBytes: number };

  /**
   * @param registry a host, a URL, or a reference to an image in the registry
   */
  constructor(registry: string, options: RegistryClientOptions = {}) {
    const refuse = refusal('registry', 'RegistryClient');
    const checked = clientOptions(refuse, '', options);
    const { session, secrets, agents } = openSession(refuse, registry, checked);
    this.host = session.main.endpoint.host;
    this.#session = session;
    this.#transfers = {
      concurrency: checked.concurrency ?? DEFAULT_CONCURRENCY,
      parallelRangesFromBytes: checked.parallelRangesFromBytes ?? DEFAULT_PARALLEL_RANGES_FROM_BYTES,
    };
    this.#calls = new ClientCalls({
      provider: 'registry',
      defaultTimeoutMs: checked.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onDebug: checked.onDebug,
      // Content is stored under its digest, a tag leads to the same manifest, and what was deleted is not found again.
      repeatableCalls: 'all',
      redact: secrets.redact,
      mapError: (error) => new ContainerError('internal', 'The registry client failed.', { cause: error }),
      close: () => agents.destroy(),
    });
  }

  /** Asks whether the registry is there and takes our credentials. */
  ping(options?: CallOptions): Promise<RegistryInfo> {
    return this.#calls.call('ping', options, 'deadline', {
      takes: callShape,
      prepare: nothing,
      work: async (_, context, checked) => {
        const { url } = this.#session.main.endpoint;
        const request = { method: 'GET' as const, target: '/v2/', scopes: [], what: `Reaching ${this.host}` };
        discard(await this.#session.main.request(request, callOf(context, checked)));
        return { host: this.host, url: url.origin };
      },
    });
  }

  /** The repositories. Registries that do not tell (Docker Hub, GHCR) throw; an empty list is an empty registry. */
  listRepositories(options?: CallOptions): Listing<string> {
    return this.#calls.list('listRepositories', options, {
      takes: callShape,
      prepare: nothing,
      work: (_, context, checked) => repositoryPages(this.#session, callOf(context, checked)),
    });
  }

  /** The tags of a repository in the registry's order. `not-found` when there is no such repository. */
  listTags(repository: string, options?: CallOptions): Listing<string> {
    return this.#calls.list('listTags', options, {
      takes: callShape,
      prepare: (refuse) => repositoryArgument(refuse, this.host, repository),
      work: (path, context, checked) => tagPages(this.#session, path, callOf(context, checked)),
    });
  }

  /** One image per tag, each deployable with any driver; {@link getImage} says more about one. */
  listImages(repository: string, options?: CallOptions): Listing<Image> {
    return this.#calls.list('listImages', options, {
      takes: callShape,
      prepare: (refuse) => repositoryArgument(refuse, this.host, repository),
      work: (path, context, checked) => imagePages(this.host, path, tagPages(this.#session, path, callOf(context, checked))),
    });
  }

  /**
   * An image with its digest, size, date and labels, deployable with any driver.
   *
   * Of a multi-platform image, `digest` is the index's; the rest is about `platform`, by default Linux on this machine's
   * processor. `not-found` when there is none.
   */
  getImage(repository: string, reference: string, options?: PlatformOptions): Promise<Image> {
    return this.#calls.call('getImage', options, 'deadline', {
      takes: platformShape,
      prepare: (refuse) => this.#image(refuse, repository, reference),
      work: (prepared, context, checked) =>
        describeImage(this.#session, prepared.path, prepared.reference, checked.platform, callOf(context, checked)),
    });
  }

  /**
   * A manifest by tag or digest, its bytes as they are. With `platform` an index is followed to that image, and an image that stands alone
   * must be for it; `not-found` otherwise.
   */
  getManifest(repository: string, reference: string, options?: PlatformOptions): Promise<Manifest> {
    return this.#calls.call('getManifest', options, 'deadline', {
      takes: platformShape,
      prepare: (refuse) => this.#image(refuse, repository, reference),
      work: async (prepared, context, checked) => {
        const call = callOf(context, checked);
        const manifest = await getManifest(this.#session, prepared.path, prepared.reference, call);
        if (checked.platform === undefined) return manifest;
        return imageFor(manifest, checked.platform, partsOf(this.#session, prepared.path, call));
      },
    });
  }

  /** The digest, type and size of a manifest; cheap, and free of Docker Hub's pull quota. `undefined` when there is none. */
  headManifest(repository: string, reference: string, options?: CallOptions): Promise<ManifestHead | undefined> {
    return this.#calls.call('headManifest', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), reference: referenceArgument(refuse, reference) }),
      work: (prepared, context, checked) => headManifest(this.#session, prepared.path, prepared.reference, callOf(context, checked)),
    });
  }

  /**
   * Puts a manifest under a tag, or its digest.
   *
   * What it names must be there already. If it has a subject and the registry has no referrers API, the tag that stands in for it
   * is brought up to date. `integrity` when the reference is a digest and not the bytes' own.
   */
  putManifest(repository: string, reference: string, bytes: Uint8Array, options?: PutManifestOptions): Promise<Manifest> {
    return this.#calls.call('putManifest', options, 'deadline', {
      takes: putManifestShape,
      prepare: (refuse, { mediaType }) => ({
        path: repositoryArgument(refuse, this.host, repository),
        reference: referenceArgument(refuse, reference),
        manifest: parseManifest(Buffer.from(bytes), mediaType, reference.includes(':') ? reference : undefined),
      }),
      work: async (prepared, context, checked) => {
        const { path, manifest } = prepared;
        const call = callOf(context, checked);
        const { subjectNoted } = await putManifest(this.#session, path, prepared.reference, manifest, call);
        if (!subjectNoted) await noteReferrer(this.#session, path, manifest, call);
        return manifest;
      },
    });
  }

  /** Deletes a manifest, and with it all its tags; one that is gone already is no error. */
  deleteManifest(repository: string, digest: string, options?: CallOptions): Promise<void> {
    return this.#calls.call('deleteManifest', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      work: async (prepared, context, checked) => {
        const call = callOf(context, checked);
        // Its subject is to be told; a manifest that can't be read, damaged or of a kind of its own, is deleted all the same.
        const manifest = await unlessUnreadable(getManifest(this.#session.direct, prepared.path, prepared.digest, call), call);
        await deleteManifest(this.#session, prepared.path, prepared.digest, call);
        if (manifest !== undefined) await forgetReferrer(this.#session, prepared.path, manifest, call);
      },
    });
  }

  /** Deletes a tag and leaves its manifest; one that is gone already is no error. `unsupported` where registries can't. */
  deleteTag(repository: string, tag: string, options?: CallOptions): Promise<void> {
    return this.#calls.call('deleteTag', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), tag: tagArgument(refuse, tag) }),
      work: (prepared, context, checked) => deleteTag(this.#session, prepared.path, prepared.tag, callOf(context, checked)),
    });
  }

  /** What refers to a manifest (signatures, bills of materials), by the API or the tag that stands in for it. */
  referrers(repository: string, digest: string, options?: ReferrersOptions): Listing<Descriptor> {
    return this.#calls.list('referrers', options, {
      takes: referrersShape,
      prepare: (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      work: (prepared, context, checked) =>
        referrerPages(this.#session, prepared.path, prepared.digest, checked.artifactType, callOf(context, checked)),
    });
  }

  /**
   * The bytes of a blob, in order, each once, across broken connections.
   *
   * Ends cleanly only if the digest is right; else the loop throws `integrity` after the last chunk, so believe nothing before the
   * end. Leaving the loop closes the connection.
   */
  getBlob(repository: string, digest: string, options?: TransferOptions): AsyncIterable<Uint8Array> {
    return this.#calls.chunks('getBlob', options, 'none', {
      takes: transferShape,
      prepare: (refuse) => ({ repository: repositoryArgument(refuse, this.host, repository), digest: digestArgument(refuse, digest) }),
      work: (blob, context, checked) => chunksOf(this.#session, blob, callOf(context, checked)),
    });
  }

  /** Brings a blob into a repository: nothing if it is there, a mount if it can be, else a streamed upload. */
  pushBlob(repository: string, content: BlobContent, options?: PushBlobOptions): Promise<PushBlobResult> {
    return this.#calls.call('pushBlob', options, 'none', {
      takes: pushBlobShape,
      prepare: (refuse) => ({ path: repositoryArgument(refuse, this.host, repository), blob: blobContent(refuse, 'content', content) }),
      work: ({ path, blob }, context, checked) => pushBlob(this.#session, path, blob, checked, callOf(context, checked)),
    });
  }

  /**
   * Pulls an image to disk: into the folder of an OCI image layout, which may hold others already, or as a tar that `docker load`
   * and every OCI tool take. All platforms by default.
   *
   * Every blob is verified; what a layout has already is not fetched again; connections that break are resumed. After a failure
   * nothing is left that was not there before. Several pulls, of several processes too, may share a layout: then blobs that are whole stay.
   */
  pullImage(repository: string, reference: string, target: ImageTarget, options?: TransferImageOptions): Promise<ImageTransfer> {
    return this.#calls.call('pullImage', options, 'none', {
      takes: transferImageShape,
      prepare: (refuse) => ({ ...this.#image(refuse, repository, reference), to: imageTarget(refuse, 'target', target) }),
      work: (prepared, context, checked) =>
        pullImage(this.#session, prepared.path, prepared.reference, prepared.to, this.#settings(checked), callOf(context, checked)),
    });
  }

  /**
   * Pushes an image from an OCI image layout, or a tar of one or of `docker save`.
   *
   * From a layout the digests stay what they are. Of `docker save` the layers go as they lie in it.
   *
   * @param reference the tag; `undefined` to push by digest only
   */
  pushImage(repository: string, reference: string | undefined, source: ImageSource, options?: PushImageOptions): Promise<ImageTransfer> {
    return this.#calls.call('pushImage', options, 'none', {
      takes: pushImageShape,
      prepare: (refuse) => ({
        path: repositoryArgument(refuse, this.host, repository),
        reference: reference === undefined ? undefined : tagArgument(refuse, reference),
        from: imageSource(refuse, 'source', source),
      }),
      work: (prepared, context, checked) => {
        const { sourceReference, chunkBytes } = checked;
        const settings = { ...this.#settings(checked), sourceReference, chunkBytes };
        return pushImage(this.#session, prepared.path, prepared.reference, prepared.from, settings, callOf(context, checked));
      },
    });
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
    return this.#calls.call('copyImage', options, 'none', {
      takes: transferImageShape,
      prepare: (refuse) => ({
        source: this.#image(refuse, repository, reference),
        target: RegistryClient.#target(refuse, target, reference),
      }),
      work: ({ source, target: to }, context, checked) =>
        copyImage(
          { session: this.#session, repository: source.path, reference: source.reference },
          to,
          this.#settings(checked),
          callOf(context, checked),
        ),
    });
  }

  static #target(refuse: Refuse, value: CopyTarget, sourceReference: string) {
    const { client, repository, reference } = copyTarget(refuse, 'target', value);
    if (!(#session in client)) return refuse('target.client', 'a RegistryClient of this copy of @cloud/docker-utils');
    return {
      session: client.#session,
      repository: repositoryArgument(refuse, client.host, repository),
      // A digest is a different one when only one platform is copied.
      reference: reference === undefined && isDigest(sourceReference) ? undefined : referenceArgument(refuse, reference ?? sourceReference),
    };
  }

  #image(refuse: Refuse, repository: string, reference: string) {
    return { path: repositoryArgument(refuse, this.host, repository), reference: referenceArgument(refuse, reference) };
  }

  #settings({ platform, onProgress }: TransferImageOptions) {
    return { ...this.#transfers, platform, onProgress };
  }

  /** Ends what is under way and closes the connections; later calls are refused. */
  close(): Promise<void> {
    return this.#calls.close();
  }
}

/** How reading a manifest may fail that is nevertheless there. */
const UNREADABLE: readonly string[] = ['not-found', 'unsupported', 'integrity'];

const nothing = () => undefined;

function callOf(context: OperationContext, { stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS }: TransferOptions): Call {
  return {
    operation: context.operation,
    signal: context.signal,
    redact: context.redact,
    stallTimeoutMs,
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
