import { ContainerError } from '@cloud/container-core';
import { type BodyWriter, type Call, type HttpReply, header } from '../http/exchange.js';
import { parseUrl } from '../http/parse-url.js';
import { discard, discardHead } from '../http/read-body.js';
import { withRetry } from '../http/retry.js';
import { exactly } from './exact-body.js';
import { type RegistrySession, repositoryScope } from './session.js';

/** A blob to push. */
export interface OfferedBlob {
  readonly digest: string;
  readonly size: number;
  /** Writes the bytes from an offset on; called again when an upload has to be done over. */
  readonly write: (offset: number) => BodyWriter;
}

export interface UploadOptions {
  /** A repository of the same registry that has the blob, to be mounted from. */
  readonly mountFrom?: string | undefined;
  /** Send in pieces of this size, and go on from the last one after a failure; in one piece by default. */
  readonly chunkBytes?: number | undefined;
  /** Upload although the registry says that it has it. */
  readonly evenIfThere?: boolean | undefined;
}

/** What became of an upload. */
export type UploadOutcome = 'exists' | 'mounted' | 'uploaded';

/** Several PATCHes of one upload do not work there (aws/containers-roadmap#2831; Google's registries do not take any). */
const NO_CHUNKS = /(?:\.amazonaws\.com(?:\.cn)?|\.on\.aws|^public\.ecr\.aws|\.pkg\.dev|(?:^|\.)gcr\.io)$/;
/** A registry that wants larger chunks than this gets the blob in one piece. */
const MAX_CHUNK_BYTES = 512 * 1024 * 1024;

/** An upload under way. */
interface Upload {
  location: URL;
  /** How many bytes the registry has. */
  sent: number;
}

/** An upload that can not be gone on with; its cause is why. */
class UploadLost extends Error {}

/** One repository's uploads. */
export class BlobUploader {
  readonly #session: RegistrySession;
  readonly #repository: string;

  constructor(session: RegistrySession, repository: string) {
    this.#session = session;
    this.#repository = repository;
  }

  /** Whether the repository has a blob. */
  async has(digest: string, call: Call): Promise<boolean> {
    const reply = await this.#session.main.request(
      {
        method: 'HEAD',
        target: `/v2/${this.#repository}/blobs/${digest}`,
        scopes: this.#scopes(),
        accept: [404, 405],
        what: `Looking for the blob ${this.#repository}@${digest}`,
      },
      call,
    );
    discardHead(reply);
    // Where nobody tells by HEAD, it is taken not to be there.
    return reply.status < 400;
  }

  /** Brings a blob into the repository: nothing if it is there, a mount if it can be, else an upload, done over until it succeeds. */
  async push(blob: OfferedBlob, options: UploadOptions, call: Call): Promise<UploadOutcome> {
    if (options.evenIfThere !== true && (await this.has(blob.digest, call))) return 'exists';
    let outcome: UploadOutcome = 'uploaded';
    await withRetry(this.#session.retry, call, async () => {
      outcome = await this.#pushOnce(blob, options, call);
    });
    return outcome;
  }

  async #pushOnce(blob: OfferedBlob, { mountFrom, chunkBytes }: UploadOptions, call: Call): Promise<UploadOutcome> {
    const opened = await this.#openOrMount(blob, mountFrom, call);
    if (typeof opened === 'string') return opened;
    const upload: Upload = { location: opened.location, sent: 0 };
    try {
      const inChunks = chunkBytes !== undefined && blob.size > chunkBytes && !NO_CHUNKS.test(this.#session.main.endpoint.url.hostname);
      const chunk = Math.max(chunkBytes ?? 0, opened.minimumChunkBytes);
      if (inChunks && chunk <= MAX_CHUNK_BYTES) await this.#sendChunks(blob, upload, chunk, call);
      await this.#finish(blob, upload, call);
      return 'uploaded';
    } catch (error) {
      await this.#cancel(upload.location, call);
      throw error;
    }
  }

  /** A mount is only a short cut: where it is refused, for whatever reason, the blob is uploaded. */
  async #openOrMount(blob: OfferedBlob, mountFrom: string | undefined, call: Call) {
    if (mountFrom !== undefined) {
      try {
        return (await this.#open(blob, mountFrom, call)) ?? ('mounted' as const);
      } catch (error) {
        call.signal.throwIfAborted();
        if (!ContainerError.isInstance(error)) throw error;
        call.debug?.('retry', `not mounted from ${mountFrom}: ${error.message}`);
      }
    }
    return (await this.#open(blob, undefined, call)) ?? ('uploaded' as const);
  }

  /** Starts an upload; `undefined` when the registry has the blob after that, by a mount or because it knew it. */
  async #open(blob: OfferedBlob, mountFrom: string | undefined, call: Call) {
    const mount = mountFrom === undefined ? '' : `?mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(mountFrom)}`;
    const reply = await this.#session.main.request(
      {
        method: 'POST',
        target: `/v2/${this.#repository}/blobs/uploads/${mount}`,
        scopes: [...this.#scopes(), ...(mountFrom === undefined ? [] : [repositoryScope(mountFrom, 'pull')])],
        // `push` does it over.
        repeatable: false,
        what: `Starting an upload to ${this.#repository}`,
      },
      call,
    );
    discard(reply);
    if (reply.status === 201) return undefined;
    return { location: this.#locationOf(reply), minimumChunkBytes: Number(header(reply, 'oci-chunk-min-length')) || 0 };
  }

  /** The PUT that ends an upload, with whatever has not been sent yet as its body. */
  async #finish(blob: OfferedBlob, { location, sent }: Upload, call: Call): Promise<void> {
    const target = new URL(location);
    target.searchParams.set('digest', blob.digest);
    const rest = blob.size - sent;
    const reply = await this.#session.main.request(
      {
        method: 'PUT',
        target,
        scopes: this.#scopes(),
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(rest),
          // Of a last chunk it says where it belongs ("To close the session", distribution specification); zot insists on it.
          ...(sent > 0 && rest > 0 ? { 'content-range': `${sent}-${blob.size - 1}` } : {}),
        },
        ...(rest > 0 ? { body: exactly(rest, blob.write(sent), blob.digest) } : {}),
        commitBytes: blob.size,
        repeatable: false,
        what: this.#what(blob),
      },
      call,
    );
    discard(reply);
  }

  /** Sends all but the last chunk, and goes on where the registry has got to after a failure. */
  async #sendChunks(blob: OfferedBlob, upload: Upload, chunkBytes: number, call: Call): Promise<void> {
    const attempt = async () => {
      // The last chunk may be short, and goes with the PUT.
      while (blob.size - upload.sent > chunkBytes) {
        const { sent } = upload;
        const reply = await this.#sendChunk(blob, upload, chunkBytes, call);
        upload.location = this.#locationOf(reply, upload.location);
        if (reply.status === 416) {
          throw new ContainerError('connection-lost', `${this.#what(blob)}: the registry has another part of it than was sent.`, {
            httpStatus: 416,
          });
        }
        upload.sent = endOfRange(reply, sent + chunkBytes) ?? sent + chunkBytes;
        if (upload.sent <= sent) throw this.#refusesChunks();
      }
    };
    const { retry } = this.#session;
    await withRetry(
      retry,
      call,
      async () => {
        try {
          await attempt();
        } catch (error) {
          if (!ContainerError.isInstance(error) || !error.retryable) throw error;
          const { sent } = upload;
          try {
            Object.assign(upload, await this.#status(upload.location, call));
          } catch {
            call.signal.throwIfAborted();
            // What was broken off can not be gone on with there; the whole upload begins anew.
            throw new UploadLost('the upload is lost', { cause: error });
          }
          // It has what was sent before, and nevertheless takes nothing that comes after it.
          if (error.httpStatus === 416 && upload.sent === sent) throw this.#refusesChunks();
          throw error;
        }
      },
      () => upload.sent,
    ).catch((error: unknown) => {
      throw error instanceof UploadLost ? error.cause : error;
    });
  }

  #refusesChunks(): ContainerError {
    return new ContainerError('unavailable', `${this.#session.main.endpoint.host} takes no chunk of an upload; leave chunkBytes out.`, {
      retryable: false,
    });
  }

  async #sendChunk(blob: OfferedBlob, { location, sent }: Upload, chunkBytes: number, call: Call): Promise<HttpReply> {
    const reply = await this.#session.main.request(
      {
        method: 'PATCH',
        target: location,
        scopes: this.#scopes(),
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(chunkBytes),
          'content-range': `${sent}-${sent + chunkBytes - 1}`,
        },
        body: exactly(chunkBytes, blob.write(sent), blob.digest),
        repeatable: false,
        accept: [416],
        what: this.#what(blob),
      },
      call,
    );
    discard(reply);
    return reply;
  }

  /** How much of an upload the registry has, and where it goes on. */
  async #status(location: URL, call: Call) {
    const request = {
      method: 'GET' as const,
      target: location,
      scopes: this.#scopes(),
      what: `Asking for an upload to ${this.#repository}`,
    };
    const reply = await this.#session.main.request(request, call);
    discard(reply);
    return { location: this.#locationOf(reply, location), sent: endOfRange(reply) ?? 0 };
  }

  /** Best effort, with some seconds of its own: the error that led here is the one to tell. */
  async #cancel(location: URL, call: Call): Promise<void> {
    const signal = AbortSignal.timeout(2000);
    try {
      const request = {
        method: 'DELETE' as const,
        target: location,
        scopes: this.#scopes(),
        accept: [404, 405],
        repeatable: false,
        what: `Cancelling an upload to ${this.#repository}`,
      };
      discard(await this.#session.main.request(request, { ...call, signal }));
    } catch (error) {
      call.debug?.('retry', `an upload was not cancelled: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #locationOf(reply: HttpReply, current?: URL): URL {
    const location = parseUrl(header(reply, 'location') ?? '', reply.url);
    if (location !== undefined && header(reply, 'location') !== undefined) return location;
    if (current !== undefined) return current;
    throw new ContainerError('unavailable', `${this.#session.main.endpoint.host} started an upload without saying where.`, {
      retryable: false,
    });
  }

  #scopes(): string[] {
    return [repositoryScope(this.#repository, 'pull,push')];
  }

  #what({ digest }: OfferedBlob): string {
    return `Pushing the blob ${this.#repository}@${digest}`;
  }
}

/**
 * `Range: 0-N` or `bytes=0-N` → N + 1. distribution says `0-0` for nothing, which is also what one byte would be.
 *
 * @param sent how much there should be
 */
function endOfRange(reply: HttpReply, sent?: number): number | undefined {
  const match = /^(?:bytes=)?0-(\d+)$/.exec(header(reply, 'range')?.trim() ?? '');
  if (match === null) return undefined;
  const end = Number(match[1]);
  return end === 0 && sent !== 1 ? 0 : end + 1;
}
