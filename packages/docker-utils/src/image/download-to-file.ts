import type { FileHandle } from 'node:fs/promises';
import { ContainerError } from '@cloud/container-core';
import type { Call, IntoFile, WriteChunk } from '../http/exchange.js';
import type { ReceiverThreads } from '../http/receiver-threads.js';
import { withRetry } from '../http/retry.js';
import { BlobReader, verifyDigest, type WantedBlob } from '../registry/download-blob.js';
import { hashOf } from '../registry/manifest.js';
import type { Origin } from '../registry/origin.js';
import type { RegistrySession } from '../registry/session.js';
import { BatchedWriter } from './batched-writer.js';
import { forEachParallel } from './for-each-parallel.js';

/** Connections per blob when it is read in ranges. */
const RANGES = 4;

export interface FileDownload {
  readonly session: RegistrySession;
  readonly blob: WantedBlob & { readonly size: number };
  readonly file: FileHandle;
  /** Where in the file the blob begins. */
  readonly position: number;
  /** Blobs of at least this size are read in several ranges at once. */
  readonly parallelRangesFromBytes: number;
  /** For whole blobs over plain http. */
  readonly threads?: ReceiverThreads | undefined;
  readonly onBytes: (bytes: number) => void;
}

/** Reads a blob into a part of a file; resolves only if its digest is right. What a mirror has damaged is read again from the registry. */
export async function downloadToFile(download: FileDownload, call: Call): Promise<void> {
  let moved = 0;
  const onBytes = (bytes: number) => {
    moved += bytes;
    download.onBytes(bytes);
  };
  try {
    await downloadOnce({ ...download, onBytes }, call);
  } catch (error) {
    if (!ContainerError.isInstance(error) || error.code !== 'integrity' || !error.retryable) throw error;
    call.debug?.('retry', error.message);
    download.onBytes(-moved);
    await downloadOnce(download, call);
  }
}

async function downloadOnce(download: FileDownload, call: Call): Promise<void> {
  const { blob, session, parallelRangesFromBytes } = download;
  const mirrors = new Set<Origin>();
  const reader = new BlobReader(session, blob, call, mirrors);
  if (blob.size < Math.max(parallelRangesFromBytes, RANGES)) return inOrder(download, reader, mirrors, call);
  const partSize = Math.ceil(blob.size / RANGES);
  // The first request is the first range at the same time; if it is answered with the whole blob, that is taken.
  const first = await withRetry(session.retry, call, () => reader.open(0, reader.rangesIgnored ? undefined : partSize));
  if (reader.rangesIgnored) return inOrder(download, reader, mirrors, call, first);
  const starts = Array.from({ length: RANGES }, (_, index) => index * partSize).filter((start) => start < blob.size);
  await forEachParallel(starts, RANGES, call, async (start, inner) => {
    const part = start === 0 ? reader : new BlobReader(session, blob, inner, mirrors);
    const writer = new BatchedWriter(download.file, download.position + start);
    await part.receive(
      start,
      Math.min(start + partSize, blob.size),
      (chunk, done) => {
        download.onBytes(chunk.length);
        return writer.write(chunk, done);
      },
      start === 0 ? first : undefined,
    );
    await writer.flush();
  });
  verifyDigest(session, blob, await hashPart(download.file, download.position, blob.size, blob.digest, call), mirrors);
}

async function inOrder(
  { session, blob, file, position, threads, onBytes }: FileDownload,
  reader: BlobReader,
  mirrors: ReadonlySet<Origin>,
  call: Call,
  opened?: Awaited<ReturnType<BlobReader['open']>>,
) {
  let hex: string | undefined;
  let written = 0;
  const part = {
    fd: file.fd,
    position,
    bytes: blob.size,
    algorithm: blob.digest.slice(0, blob.digest.indexOf(':')),
    onWritten: (bytes: number) => {
      onBytes(bytes - written);
      written = bytes;
    },
  };
  const direct = threads && {
    intoFile: async (...[request, inner]: Parameters<IntoFile>) => {
      hex = await threads.receive(request, part, inner);
      return hex !== undefined;
    },
    reached: () => written,
  };
  let writer: BatchedWriter | undefined;
  const hash = hashOf(blob.digest);
  const take: WriteChunk = (chunk, done) => {
    // Of what went the direct way and broke off, only the rest comes here.
    writer ??= new BatchedWriter(file, position + written);
    hash.update(chunk);
    onBytes(chunk.length);
    return writer.write(chunk, done);
  };
  await reader.receive(0, undefined, take, opened, direct);
  await writer?.flush();
  const isHashed = (writer !== undefined && written === 0) || blob.size === 0;
  const whole = hex ?? (isHashed ? hash.digest('hex') : await hashPart(file, position, blob.size, blob.digest, call));
  verifyDigest(session, blob, whole, mirrors);
}

/** The hash of a part of a file, in hexadecimal. */
export async function hashPart(file: FileHandle, position: number, size: number, digest: string, call: Call): Promise<string> {
  const hash = hashOf(digest);
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  for (let done = 0; done < size; ) {
    call.signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - done), position + done);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  return hash.digest('hex');
}
