import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileError } from './file-error.js';
import { keepAlive } from './heartbeat.js';
import { ownedName, sweepOwned } from './owned-file.js';
import { TAR_BLOCK_BYTES, tarFolderHeader, tarHeader, tarSpace } from './tar-header.js';

/** A file of an archive: its content, or its size when the content comes later. */
export type ArchiveEntry = { readonly name: string; readonly content: Buffer } | { readonly name: string; readonly size: number };

/**
 * Writes a tar whose files are all known by name and size, and may be filled in at the same time: each has its place from the start.
 *
 * It is written under a temporary name, and renamed when it is whole.
 */
export class ArchiveWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #positions = new Map<string, number>();
  #file: FileHandle | undefined;
  #release: (() => void) | undefined;

  constructor(path: string) {
    this.#path = resolve(path);
    this.#temporary = `${this.#path}${ownedName('partial')}`;
  }

  async prepare(entries: readonly ArchiveEntry[]): Promise<void> {
    try {
      await sweepOwned(dirname(this.#path), basename(this.#path));
      const file = await open(this.#temporary, 'wx+');
      this.#file = file;
      this.#release = keepAlive(this.#temporary);
      let position = 0;
      const folders = new Set<string>();
      for (const entry of entries) {
        for (const folder of foldersOf(entry.name)) {
          if (folders.has(folder)) continue;
          folders.add(folder);
          await file.write(tarFolderHeader(folder), 0, TAR_BLOCK_BYTES, position);
          position += TAR_BLOCK_BYTES;
        }
        const size = 'content' in entry ? entry.content.length : entry.size;
        await file.write(tarHeader(entry.name, size), 0, TAR_BLOCK_BYTES, position);
        if ('content' in entry) await file.write(entry.content, 0, size, position + TAR_BLOCK_BYTES);
        this.#positions.set(entry.name, position + TAR_BLOCK_BYTES);
        position += tarSpace(size);
      }
      // Two blocks of zeros end a tar; what lies between the entries is zeros from here on.
      await file.truncate(position + 2 * TAR_BLOCK_BYTES);
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }

  /** Fills in the content of an entry; `fill` gets the file and where in it the content begins. */
  async store(name: string, fill: (file: FileHandle, position: number) => Promise<void>): Promise<void> {
    const position = this.#positions.get(name);
    if (this.#file === undefined || position === undefined) throw new Error(`${name} was not announced`);
    try {
      await fill(this.#file, position);
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }

  async finish(): Promise<void> {
    try {
      await this.#file?.close();
      this.#file = undefined;
      await rename(this.#temporary, this.#path);
      this.#release?.();
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#release?.();
    await this.#file?.close();
    await rm(this.#temporary, { force: true });
  }
}

/**
 * The folders that a file is in, the outermost first. Who unpacks a file whose folder is not in the archive makes it as whoever owns
 * such folders: skopeo as root, so that nobody else could read the archive.
 */
function foldersOf(name: string): string[] {
  return name
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => `${parts.slice(0, index + 1).join('/')}/`);
}
