import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ContainerError } from '@cloud/container-core';
import { extract, type Header } from 'tar-stream';
import type { LocalSource } from './pack.js';

const MAX_LINKS = 40;

/** Where an archive is unpacked in a container, and the name of its root there. */
export interface ContainerTarget {
  readonly directory: string;
  readonly name: string;
}

/** Packs a path of a container; rejects with `not-found` when it does not exist. */
export type ReadArchive = (path: string) => AsyncIterable<Uint8Array>;

/**
 * Decides where a copy into a container goes, by the rules of `docker cp`: into a directory that exists, else under the new name.
 *
 * Only the first header of an archive is read: that is how every provider reports what a path is.
 */
export async function containerTarget(source: LocalSource, path: string, read: ReadArchive): Promise<ContainerTarget> {
  const target = await followLinks(posix.resolve('/', path), read);
  if (target.type === 'directory') return { directory: target.path, name: source.name };
  if (target.type !== undefined && source.isDirectory) {
    throw failure('precondition-failed', `cp: ${path} is a file in the container; a directory cannot replace it. Choose another target.`);
  }
  if (!source.isDirectory && /\/\.?$/.test(path)) {
    throw failure('not-found', `cp: ${path} is not an existing directory of the container. Create it first.`);
  }
  return { directory: posix.dirname(target.path), name: posix.basename(target.path) };
}

/** What a path leads to; the type is `undefined` when nothing exists there. */
async function followLinks(path: string, read: ReadArchive): Promise<{ readonly path: string; readonly type: Header['type'] | undefined }> {
  let current = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const header = await firstHeader(read(current));
    if (header?.type !== 'symlink') return { path: current, type: header?.type };
    current = posix.resolve(posix.dirname(current), header.linkname ?? '');
  }
  throw failure('precondition-failed', `cp: ${path} leads through too many links in the container.`);
}

async function firstHeader(archive: AsyncIterable<Uint8Array>): Promise<Header | undefined> {
  const entries = extract();
  // Reading ends at the first header, which breaks the pipeline; an error of the archive arrives through the entries.
  pipeline(Readable.from(archive, { objectMode: false }), entries).catch(() => undefined);
  try {
    for await (const { header } of entries) return header;
  } catch (error) {
    if (!ContainerError.isInstance(error) || error.code !== 'not-found') throw error;
  }
  return undefined;
}

function failure(code: 'precondition-failed' | 'not-found', message: string): ContainerError {
  return new ContainerError(code, message, { operation: 'cp' });
}
