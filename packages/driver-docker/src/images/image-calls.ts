import {
  ContainerError,
  type Image,
  type InstallImageOptions,
  parseReference,
  type RegistryCredentials,
  rawOf,
} from '@cloud/container-core';
import { type Batches, type OperationContext, type WithoutCallOptions, withRaw } from '@cloud/container-core/driver-kit';
import type { PushOptions } from '../docker-driver.js';
import { withProgress } from '../files/file-calls.js';
import { codeOfStatus } from '../map-error.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import type { EngineRequest } from '../transport/engine-request.js';
import { jsonLines } from '../transport/json-lines.js';
import { MAX_LIST_BYTES } from '../transport/reply-limits.js';
import { imageSegment } from '../transport/segment.js';
import type { InspectedImage, ListedImage } from './engine-image.js';
import { engineImageName } from './image-of.js';
import { mapInspectedImage, mapListedImage } from './map-image.js';
import { failureIn, mapProgress, type ProgressLine } from './pull-progress.js';
import type { RegistryAuthentication } from './registry-auth.js';

/** The calls on images. */
export class ImageCalls {
  readonly #client: EngineClient;
  readonly #provider: string;
  readonly #authentication: RegistryAuthentication;

  constructor(client: EngineClient, provider: string, authentication: RegistryAuthentication) {
    this.#client = client;
    this.#provider = provider;
    this.#authentication = authentication;
  }

  /** Pulls; `image-pull` with the engine's reason, which may come long after its status 200. */
  async install(image: string, options: WithoutCallOptions<InstallImageOptions>, context: OperationContext): Promise<Image> {
    if (image.startsWith('sha256:')) {
      // An id is of this engine: either it is there, or nobody can say where it would come from.
      return this.get(image, context);
    }
    const { repository, registry, tag, digest } = parseReference(image);
    const { podman } = await this.#client.identity(context);
    const credentials = await this.#authentication.credentialsFor(image, options.credentials, context);
    const request: EngineRequest = {
      method: 'POST',
      path: '/images/create',
      // Without a tag or digest the engine would pull every tag there is.
      query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag ?? 'latest', platform: options.platform },
      headers: isAnonymous(credentials) ? {} : this.#authentication.header(image, credentials),
    };
    const failed = pullFailure(image);
    try {
      await this.follow(request, context, (line) => {
        const progress = mapProgress(line);
        if (progress !== undefined) options.onProgress?.(progress);
      });
    } catch (error) {
      throw failed(error);
    }
    options.onProgress?.({ status: 'done' });
    // Podman records what was pulled by digest under the digest alone.
    const name = digest === undefined ? image : `${registry}/${repository}@${digest}`;
    const inspected = await this.#inspect(engineImageName(name, podman), context).catch((error: unknown) => {
      throw failed(error);
    });
    return mapInspectedImage(inspected, image, this.#provider);
  }

  /** Sends a request whose reply tells how it goes, line by line; throws `StreamedFailure` when a line says that it failed. */
  async follow(request: EngineRequest, context: OperationContext, onLine: (line: ProgressLine) => void): Promise<void> {
    const reply = await this.#client.stream(context, request);
    for await (const batch of jsonLines<ProgressLine>(reply)) {
      context.progress();
      for (const { value } of batch) {
        const reason = failureIn(value);
        if (reason !== undefined) throw new StreamedFailure(reason);
        onLine(value);
      }
    }
  }

  async *list(context: RequestContext): Batches<Image> {
    const listed = await this.#client.json<ListedImage[]>(context, { method: 'GET', path: '/images/json', maxReplyBytes: MAX_LIST_BYTES });
    yield listed.flatMap((one) => mapListedImage(one, this.#provider));
  }

  async get(image: string, context: RequestContext): Promise<Image> {
    const { podman } = await this.#client.identity(context);
    return mapInspectedImage(await this.#inspect(engineImageName(image, podman), context), image, this.#provider);
  }

  async remove(image: string, context: RequestContext): Promise<void> {
    const { podman } = await this.#client.identity(context);
    const name = imageSegment(engineImageName(image, podman));
    await this.#client.send(context, { method: 'DELETE', path: `/images/${name}`, accept: [404] });
  }

  async tag(image: string, name: string, context: RequestContext): Promise<void> {
    const { podman } = await this.#client.identity(context);
    const { registry, repository, tag } = parseReference(name);
    await this.#client.send(context, {
      method: 'POST',
      path: `/images/${imageSegment(engineImageName(image, podman))}/tag`,
      query: { repo: `${registry}/${repository}`, tag },
    });
  }

  async push(image: string, options: Pick<PushOptions, 'credentials' | 'onProgress'>, context: OperationContext): Promise<Image> {
    const { podman } = await this.#client.identity(context);
    const { tag } = parseReference(image);
    const name = engineImageName(image, podman);
    const credentials = await this.#authentication.credentialsFor(image, options.credentials, context);
    const repository = name.slice(0, name.length - `:${tag}`.length);
    let digest: string | undefined;
    const request: EngineRequest = {
      method: 'POST',
      path: `/images/${imageSegment(repository)}/push`,
      query: { tag },
      // Wanted even when it says nothing.
      headers: this.#authentication.header(image, credentials),
    };
    try {
      await this.follow(request, context, (line) => {
        digest = pushedDigest(line) ?? digest;
        const progress = mapProgress(line);
        if (progress !== undefined) options.onProgress?.(progress);
      });
    } catch (error) {
      throw pushFailure(image, error);
    }
    const pushed = mapInspectedImage(await this.#inspect(name, context), image, this.#provider);
    return digest === undefined ? pushed : withRaw({ ...pushed, digest }, rawOf(pushed));
  }

  async load(archive: AsyncIterable<Uint8Array>, context: OperationContext): Promise<string[]> {
    const names: string[] = [];
    await this.follow(
      { method: 'POST', path: '/images/load', query: { quiet: true }, upload: withProgress(archive, context) },
      context,
      ({ stream = '' }) => {
        const name = /^Loaded image(?: ID)?(?:\(s\))?: (.+?)\s*$/s.exec(stream)?.[1];
        if (name !== undefined) names.push(...name.split(',').map((one) => one.trim()));
      },
    );
    return names;
  }

  async *save(images: readonly string[], context: OperationContext): AsyncIterable<Uint8Array> {
    const { podman } = await this.#client.identity(context);
    const query = images.map((image) => `names=${encodeURIComponent(engineImageName(image, podman))}`).join('&');
    const reply = await this.#client.stream(context, { method: 'GET', path: `/images/get?${query}` });
    yield* withProgress<Buffer>(reply, context);
  }

  #inspect(name: string, context: RequestContext): Promise<InspectedImage> {
    return this.#client.json<InspectedImage>(context, { method: 'GET', path: `/images/${imageSegment(name)}/json` });
  }
}

/** The engine said in the middle of its reply that it failed. */
export class StreamedFailure extends Error {
  override readonly name = 'StreamedFailure';
}

/** Docker tells the digest in a line of its own. */
function pushedDigest({ aux }: ProgressLine): string | undefined {
  const digest = (aux as { Digest?: unknown } | undefined)?.Digest;
  return typeof digest === 'string' ? digest : undefined;
}

function pushFailure(image: string, error: unknown): unknown {
  if (!(error instanceof StreamedFailure)) return error;
  const denied = /denied|unauthorized|authentication required|no basic auth/i.test(error.message);
  const code = denied ? 'permission-denied' : /no such host|refused|timeout/i.test(error.message) ? 'unavailable' : 'internal';
  return new ContainerError(code, `The image ${image} could not be pushed: ${error.message}.`, {
    cause: error,
  });
}

function isAnonymous(credentials: RegistryCredentials): boolean {
  return Object.values(credentials).every((value) => value === undefined || value === '');
}

/** Says of an error that the image could not be had; a broken connection, an abort and the engine's other troubles stay what they are. */
function pullFailure(image: string): (error: unknown) => unknown {
  return (error) => {
    const reason = error instanceof StreamedFailure ? error.message : error instanceof EngineHttpError ? error.reason : undefined;
    if (reason === undefined) return error;
    const code = error instanceof EngineHttpError ? codeOfStatus(error.status, reason) : codeOfStatus(0, reason);
    const kept = code === 'rate-limited' || code === 'capacity';
    return new ContainerError(kept ? code : 'image-pull', `The image ${image} could not be pulled: ${reason}.`, {
      cause: error,
      ...(error instanceof EngineHttpError ? { httpStatus: error.status } : {}),
    });
  };
}
