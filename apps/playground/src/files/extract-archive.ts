import { link, mkdir, open, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ContainerError } from '@cloud/container-core';
import { type Extract, extract, type Header } from 'tar-stream';
import { refused } from './failures.js';
import { componentsBelow, type SourcePath } from './source-path.js';

type Entry = Extract extends AsyncIterable<infer Item> ? Item : never;

/** What an archive held. */
export interface Extracted {
  readonly files: number;
  readonly bytes: number;
  /** Devices, sockets and FIFOs, which are never created. */
  readonly skipped: number;
}

/** The name of the requested file or directory in the private folder, whatever the archive calls it. */
const ROOT = 'root';

/**
 * Extracts an untrusted archive into a new, empty, private folder and returns where its root is.
 *
 * No link exists in the folder while entries are written: an empty file holds the place of each symbolic link until all else is
 * written, and every entry is created, never opened. So nothing can be written through a link, whatever the names, their order or
 * the letter case that the file system ignores; an entry that meets another one fails.
 */
export async function extractArchive(
  archive: AsyncIterable<Uint8Array>,
  folder: string,
  source: SourcePath,
  signal: AbortSignal,
): Promise<Extracted & { readonly root: string }> {
  const extraction = new Extraction(join(folder, ROOT), source);
  await forEachEntry(archive, signal, (entry, inner) => extraction.add(entry, inner));
  await extraction.createLinks();
  return { root: extraction.root, ...extraction.counts };
}

/**
 * Runs work for each entry of an archive. The first error ends it, also when the archive is cut off within an entry: tar-stream then
 * leaves the reader of that entry waiting.
 */
async function forEachEntry(
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  work: (entry: Entry, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const fail = (error: unknown) => {
    failures.push(error);
    stop.abort();
  };
  const entries = extract();
  let current = Promise.resolve();
  const reading = async () => {
    for await (const entry of entries) {
      current = work(entry, inner);
      // Here, so that it comes before what the end of this loop does to the archive.
      await current.catch(fail);
      if (failures.length > 0) return;
      entry.resume();
    }
  };
  const feeding = pipeline(Readable.from(archive, { objectMode: false }), entries, { signal: inner });
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  await Promise.race([Promise.all([reading().catch(fail), feeding.catch(fail)]), stopped]);
  await current.catch(() => undefined);
  if (failures.length > 0) throw failures[0];
}

class Extraction {
  readonly root: string;
  readonly counts = { files: 0, bytes: 0, skipped: 0 };
  readonly #source: SourcePath;
  /** Symbolic links by the path of the empty file that holds their place. */
  readonly #links = new Map<string, string>();

  constructor(root: string, source: SourcePath) {
    this.root = root;
    this.#source = source;
  }

  async add(entry: Entry, signal: AbortSignal): Promise<void> {
    const { header } = entry;
    refuseSparse(header);
    const path = this.#pathOf(header.name);
    // Without setuid, setgid and the sticky bit: the file belongs to the user of this command now.
    const mode = header.mode & 0o777;
    switch (header.type) {
      case 'directory':
        await mkdir(path, { recursive: true, mode: mode | 0o700 });
        return;
      case 'file':
      case 'contiguous-file':
        await this.#createFile(path, mode, entry, signal);
        this.counts.files++;
        this.counts.bytes += header.size;
        return;
      case 'symlink':
        await this.#holdPlace(path, header.linkname ?? '');
        return;
      case 'link':
        await this.#createHardLink(this.#pathOf(header.linkname ?? ''), path);
        this.counts.files++;
        return;
      case 'character-device':
      case 'block-device':
      case 'fifo':
        this.counts.skipped++;
        return;
      default:
        throw unsupported();
    }
  }

  async createLinks(): Promise<void> {
    for (const [path, target] of this.#links) {
      await rm(path);
      await symlink(target, path);
    }
  }

  #pathOf(name: string): string {
    return join(this.root, ...componentsBelow(this.#source, name));
  }

  async #createFile(path: string, mode: number, content: Entry | undefined, signal?: AbortSignal): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'wx', mode);
    if (content === undefined) await file.close();
    else await pipeline(content, file.createWriteStream(), { signal });
  }

  async #holdPlace(path: string, target: string): Promise<void> {
    if (target === '' || target.includes('\0')) throw refused('one of its links leads nowhere');
    await this.#createFile(path, 0o600, undefined);
    this.#links.set(path, target);
  }

  async #createHardLink(existing: string, path: string): Promise<void> {
    const target = this.#links.get(existing);
    if (target !== undefined) return this.#holdPlace(path, target);
    await mkdir(dirname(path), { recursive: true });
    await link(existing, path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'EPERM' ? refused('one of its hard links leads to no file in it') : error;
    });
  }
}

/** Only a part of a sparse file's bytes is stored, and a map of the holes: extracted as they are, they would be other content. */
function refuseSparse({ pax }: Header): void {
  if (Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) throw unsupported();
}

function unsupported(): ContainerError {
  const message = 'cp: the archive has a sparse file or an unknown type of entry. Pack it with tar inside the container.';
  return new ContainerError('unsupported', message, { operation: 'cp' });
}
