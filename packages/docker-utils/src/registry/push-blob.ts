import { ContainerError, type TransferOptions } from '@cloud/container-core';
import type { BodyWriter, Call } from '../http/exchange.js';
import { digestOf, hashOf } from './manifest.js';
import type { RegistrySession } from './session.js';
import { BlobUploader, type UploadOutcome } from './upload-blob.js';

/** What to push: bytes, or a stream that can be opened again when the upload has to be done over. */
export type BlobContent =
  | Uint8Array
  | {
      /** What the bytes must hash to, `sha256:…`; else the push is refused with `integrity`. */
      readonly digest: string;
      /** In bytes. */
      readonly size: number;
      /** Opens the stream at its beginning; called once for each attempt. */
      readonly open: () => AsyncIterable<Uint8Array>;
    };

/** How to push a blob. */
export interface PushBlobOptions extends TransferOptions {
  /** A repository of the same registry that has the blob already. */
  readonly mountFrom?: string | undefined;
  /**
   * Send in pieces of this many bytes, each acknowledged, so that a failure costs only one of them. By default the blob goes in
   * one piece; it always does to registries that are known not to take pieces (ECR, Google's).
   */
  readonly chunkBytes?: number | undefined;
  /** Told the bytes sent so far; starts anew when the upload does. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** What was pushed. */
export interface PushBlobResult {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it had to be sent, or was there, or could be mounted from another repository. */
  readonly outcome: UploadOutcome;
}

/** Pushes a blob, and checks on the way that it is what its digest says. */
export async function pushBlob(
  session: RegistrySession,
  repository: string,
  content: BlobContent,
  options: PushBlobOptions,
  call: Call,
): Promise<PushBlobResult> {
  const { digest, size, open } = described(content);
  const { mountFrom, chunkBytes, onProgress } = options;
  const write = (offset: number) => sourceWriter(open, offset, digest, onProgress);
  const outcome = await new BlobUploader(session, repository).push({ digest, size, write }, { mountFrom, chunkBytes }, call);
  return { digest, size, outcome };
}

function described(content: BlobContent) {
  if (content instanceof Uint8Array) {
    return { digest: digestOf(content), size: content.length, open: (offset: number) => [content.subarray(offset)] };
  }
  const { digest, size, open } = content;
  return { digest, size, open: (offset: number) => (offset === 0 ? open() : without(offset, open())) };
}

/** A stream without its first bytes. */
async function* without(bytes: number, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of stream) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

type Open = (offset: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes a source from an offset on. One that is read from its beginning is hashed, and its last chunk is kept back until the hash
 * is known to be right; else the registry's own check has to do.
 */
export function sourceWriter(open: Open, offset: number, digest: string, onProgress?: (sentBytes: number) => void): BodyWriter {
  return async (write) => {
    const hash = offset === 0 ? hashOf(digest) : undefined;
    let sent = offset;
    let last: Buffer | undefined;
    const pass = async (chunk: Buffer | undefined) => {
      if (chunk === undefined) return;
      const waiting = write(chunk);
      if (waiting !== undefined) await waiting;
      sent += chunk.length;
      onProgress?.(sent);
    };
    for await (const part of open(offset)) {
      await pass(last);
      last = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      hash?.update(last);
    }
    const hex = hash?.digest('hex');
    if (hex !== undefined && !digest.endsWith(hex)) {
      throw new ContainerError('integrity', `The source of the blob ${digest} has the digest ${hex}; it was not pushed.`);
    }
    await pass(last);
  };
}
