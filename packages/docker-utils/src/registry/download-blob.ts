import { ContainerError } from '@cloud/container-core';
import { shownUrl } from '../http/connection-error.js';
import { type Call, type HttpReply, header, type IntoFile, type WriteChunk } from '../http/exchange.js';
import { discard, pump } from '../http/read-body.js';
import { withRetry } from '../http/retry.js';
import { hashOf } from './manifest.js';
import type { Origin } from './origin.js';
import { type RegistrySession, repositoryScope } from './session.js';

/** From here on a connection of its own is worth it. */
const BULK_BYTES = 4 * 1024 * 1024;

/** A blob to read. */
export interface WantedBlob {
  readonly repository: string;
  readonly digest: string;
  /** Known from a manifest; without it the registry's word is taken and the digest decides. */
  readonly size?: number | undefined;
  /** Where a foreign layer is when the registry does not have it. */
  readonly urls?: readonly string[] | undefined;
}

/** An open reply that begins `skip` bytes before what was asked for. */
interface OpenBody {
  readonly reply: HttpReply;
  readonly skip: number;
}

/** A way of a whole blob into a file that does not lead through here. */
export interface DirectWay {
  readonly intoFile: IntoFile;
  /** How many bytes are in the file when it has failed; it is gone on from there. */
  readonly reached: () => number;
}

/** Reads one blob, whole or by ranges, and goes on where a connection broke off. It verifies nothing: see {@link downloadBlob}. */
export class BlobReader {
  readonly #session: RegistrySession;
  readonly #blob: WantedBlob;
  readonly #call: Call;
  /** Mirrors that bytes came from. */
  readonly #mirrors: Set<Origin>;
  #size: number | undefined;
  /** The server has answered a Range request with something else; from then on whole bodies are read. */
  #rangesIgnored = false;

  /** @param mirrors is told which mirrors bytes came from; {@link verifyDigest} wants to know it */
  constructor(session: RegistrySession, blob: WantedBlob, call: Call, mirrors: Set<Origin>) {
    this.#session = session;
    this.#blob = blob;
    this.#call = call;
    this.#mirrors = mirrors;
    this.#size = blob.size;
  }

  /** The size, once known. */
  get size(): number | undefined {
    return this.#size;
  }

  get rangesIgnored(): boolean {
    return this.#rangesIgnored;
  }

  /**
   * Reads from `start` to `end` (exclusive; to the end of the blob when absent) and hands the bytes on, each once and in order.
   *
   * @param opened a reply for this very range that has been opened already
   * @param direct a way into a file that the first request tries; what goes there is not written with `write`
   */
  async receive(start: number, end: number | undefined, write: WriteChunk, opened?: OpenBody, direct?: DirectWay): Promise<void> {
    let position = start;
    let next = opened;
    let way = direct;
    const open = async () => {
      const first = position === 0 ? way : undefined;
      way = undefined;
      try {
        return await this.open(position, end, first?.intoFile);
      } catch (error) {
        position = first?.reached() ?? position;
        throw error;
      }
    };
    const attempt = async () => {
      if (end !== undefined && position >= end) return;
      const { reply, skip } = next ?? (await open());
      if (reply.isInFile === true) return;
      const before = position;
      next = undefined;
      let toSkip = skip;
      const limit = end ?? this.#size;
      await this.#pump(reply, (chunk, done) => {
        const useful = toSkip === 0 ? chunk : chunk.subarray(Math.min(toSkip, chunk.length));
        toSkip -= chunk.length - useful.length;
        if (useful.length === 0) return undefined;
        // A whole body where a part was asked for goes on beyond it; a body longer than the blob is refused.
        const fits = limit === undefined ? useful : useful.subarray(0, limit - position);
        if (fits.length < useful.length && end === undefined) throw this.#unsound(reply, `more than ${limit} bytes came`);
        position += fits.length;
        return fits.length === 0 ? undefined : write(fits, done);
      });
      if (limit === undefined || position >= limit) return;
      // A server may give less of a range than it was asked for, and old ones end a reply without a length by hanging up.
      if (position > before) throw new ContainerError('connection-lost', `${shownUrl(reply.url)} gave a part of what it was asked for.`);
      throw this.#unsound(reply, `only ${position} of ${limit} bytes came`);
    };
    await withRetry(this.#session.retry, this.#call, attempt, () => position);
  }

  /** Asks for a range, and checks that the answer is that range; if it is the whole blob, says how much of it to skip. */
  async open(position: number, end?: number, intoFile?: IntoFile): Promise<OpenBody> {
    // An empty blob has no first byte, so no range either.
    const isRanged = !this.#rangesIgnored && (position > 0 || (end !== undefined && end < (this.#size ?? Number.POSITIVE_INFINITY)));
    const headers: Record<string, string> = isRanged ? { range: `bytes=${position}-${end === undefined ? '' : end - 1}` } : {};
    const bytes = (end ?? this.#size ?? 0) - position;
    const reply = await this.#request(headers, bytes >= BULK_BYTES, intoFile);
    if (reply.status === 200) {
      if (isRanged) this.#rangesIgnored = true;
      this.#learnSize(header(reply, 'content-length'), reply);
      return { reply, skip: position };
    }
    const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header(reply, 'content-range')?.trim() ?? '') ?? [];
    if (reply.status !== 206 || Number(from) !== position || (end !== undefined && Number(to) >= end)) {
      discard(reply);
      this.#rangesIgnored = true;
      throw new ContainerError('connection-lost', `${shownUrl(reply.url)} answered with another range than it was asked for.`);
    }
    if (total !== '*') this.#learnSize(total, reply);
    return { reply, skip: 0 };
  }

  async #request(headers: Record<string, string>, inBulk: boolean, intoFile?: IntoFile): Promise<HttpReply> {
    const { repository, digest, urls = [] } = this.#blob;
    const request = {
      method: 'GET' as const,
      target: `/v2/${repository}/blobs/${digest}`,
      scopes: [repositoryScope(repository, 'pull')],
      headers,
      inBulk,
      intoFile,
      what: `Reading the blob ${repository}@${digest}`,
      accept: [416],
      // `receive` repeats it, from where the last one got to.
      repeatable: false,
    };
    try {
      const reply = await this.#session.read(request, this.#call);
      const mirror = this.#session.mirrorOf(reply);
      if (mirror !== undefined) this.#mirrors.add(mirror);
      return reply;
    } catch (error) {
      if (urls.length === 0 || !ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
      return this.#requestForeign(urls, headers, error);
    }
  }

  async #requestForeign(urls: readonly string[], headers: Record<string, string>, missing: ContainerError): Promise<HttpReply> {
    let last: unknown = missing;
    for (const url of urls) {
      try {
        const reply = await this.#session.readForeign(url, headers, this.#call);
        if (reply.status === 200 || reply.status === 206) return reply;
        discard(reply);
        last = new ContainerError(
          'not-found',
          `The foreign layer ${this.#blob.digest} is not at ${shownUrl(reply.url)}: HTTP status ${reply.status}.`,
        );
      } catch (error) {
        this.#call.signal.throwIfAborted();
        last = error;
      }
    }
    throw last;
  }

  #learnSize(text: string | undefined, reply: HttpReply): void {
    if (text === undefined) return;
    const size = Number(text);
    if (this.#size !== undefined && size !== this.#size) {
      reply.body.on('error', () => undefined).destroy();
      throw this.#unsound(reply, `it has ${size} bytes instead of ${this.#size}`);
    }
    this.#size = size;
  }

  /** Reads a body on; where a mirror's breaks off or stands still, the rest comes from the registry itself. */
  async #pump(reply: HttpReply, write: WriteChunk): Promise<void> {
    try {
      await pump(reply, this.#call, write);
    } catch (error) {
      this.#session.passOver(reply);
      throw error;
    }
  }

  #unsound(reply: HttpReply, why: string): ContainerError {
    const { repository, digest } = this.#blob;
    // A mirror that has it wrong is not asked again, so that it can be gone on.
    const code = this.#session.passOver(reply) ? 'connection-lost' : 'integrity';
    return new ContainerError(code, `The blob ${repository}@${digest} is damaged on ${reply.url.host}: ${why}.`);
  }
}

/**
 * Hands a blob on in order, each byte once, across broken connections; resolves only if its digest and size are right.
 *
 * @returns how many bytes there were
 */
export async function downloadBlob(session: RegistrySession, blob: WantedBlob, call: Call, write: WriteChunk): Promise<number> {
  const hash = hashOf(blob.digest);
  const mirrors = new Set<Origin>();
  let bytes = 0;
  await new BlobReader(session, blob, call, mirrors).receive(0, undefined, (chunk, done) => {
    hash.update(chunk);
    bytes += chunk.length;
    return write(chunk, done);
  });
  verifyDigest(session, blob, hash.digest('hex'), mirrors);
  return bytes;
}

/**
 * `integrity` when the bytes that came have another digest. When some of them came from mirrors, those are left alone, and it can be tried
 * again.
 */
export function verifyDigest(
  session: RegistrySession,
  { repository, digest }: WantedBlob,
  hex: string,
  mirrors: ReadonlySet<Origin>,
): void {
  if (digest.slice(digest.indexOf(':') + 1) === hex) return;
  for (const mirror of mirrors) session.leaveAlone(mirror);
  throw new ContainerError('integrity', `The blob ${repository}@${digest} is damaged: the bytes that came have the digest ${hex}.`, {
    retryable: mirrors.size > 0,
  });
}
