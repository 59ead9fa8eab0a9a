import { constants, lstat, open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';
import { fileError } from './file-error.js';

/** The files of an image, in a folder or an archive. Names are of our making, never a stranger's. */
export interface FileSet {
  /** What it is, for error messages. */
  readonly path: string;
  /** `undefined` when there is no such file. */
  size(name: string): Promise<number | undefined>;
  open(name: string, offset: number): AsyncIterable<Buffer>;
}

const READ_BYTES = 256 * 1024;

/** Reads a whole file; `undefined` when there is none, `integrity` when it is larger than any sound one. */
export async function readFileOf(files: FileSet, name: string, limit: number): Promise<Buffer | undefined> {
  const size = await files.size(name);
  if (size === undefined) return undefined;
  if (size > limit) throw new ContainerError('integrity', `${name} in ${files.path} is refused: it has more than ${limit} bytes.`);
  const chunks: Buffer[] = [];
  for await (const chunk of files.open(name, 0)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A part of a file on disk as a stream. */
export async function* readPart(path: string, start: number, end: number): AsyncGenerator<Buffer> {
  if (end <= start) return;
  try {
    for await (const chunk of builtin('node:fs').createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES })) yield chunk;
  } catch (error) {
    throw fileError(error, path);
  }
}

/** A folder. Only regular files count, and no link on the way to them: it could lead out of the folder. */
export class FolderFiles implements FileSet {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  async size(name: string): Promise<number | undefined> {
    const path = join(this.path, name);
    try {
      await this.#refuseLinkedFolders(name);
      const status = await lstat(path);
      if (!status.isFile()) throw new ContainerError('integrity', `${name} in ${this.path} is refused: it is not a regular file.`);
      return status.size;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw fileError(error, path);
    }
  }

  async *open(name: string, offset: number): AsyncGenerator<Buffer> {
    const path = join(this.path, name);
    try {
      await this.#refuseLinkedFolders(name);
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      yield* file.createReadStream({ start: offset, highWaterMark: READ_BYTES });
    } catch (error) {
      throw fileError(error, path);
    }
  }
  async #refuseLinkedFolders(name: string): Promise<void> {
    const parts = name.split('/').slice(0, -1);
    for (const [index] of parts.entries()) {
      const folder = parts.slice(0, index + 1).join('/');
      const status = await lstat(join(this.path, folder));
      if (status.isSymbolicLink()) throw new ContainerError('integrity', `${folder} in ${this.path} is refused: it is a link.`);
    }
  }
}
