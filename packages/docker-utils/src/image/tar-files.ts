import { type FileHandle, open } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { fileError } from './file-error.js';
import { type FileSet, readPart } from './file-set.js';
import { readTarHeader, TAR_BLOCK_BYTES, type TarEntryHeader, tarSpace } from './tar-header.js';

interface Place {
  readonly position: number;
  readonly size: number;
}

/** More than any image has; an archive of tiny entries must not fill the memory. */
const MAX_ENTRIES = 100_000;
const MAX_NAME_BYTES = 64 * 1024;
/** How compressed files begin, and what unpacks them. */
const COMPRESSED: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), 'xz'],
  [Buffer.from('BZh'), 'bzip2'],
];
/** What the octal digits of a header cannot say. */
const LARGE_BYTES = 8 ** 11;

/**
 * An archive as a set of files: its headers are read once, the contents where they lie. Nothing is unpacked.
 *
 * An archive with an absolute name, a `..`, a hard link, a device, or a link that leads out of it is refused as a whole
 * (`integrity`). `docker save` of older engines has links between its layers; those are followed, once.
 */
export class TarFiles implements FileSet {
  readonly path: string;
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(path: string, places: ReadonlyMap<string, Place>) {
    this.path = path;
    this.#places = places;
  }

  static async read(path: string): Promise<TarFiles> {
    const absolute = resolve(path);
    try {
      const file = await open(absolute, 'r');
      try {
        await refuseCompressed(file, absolute);
        return new TarFiles(absolute, await readPlaces(file, (await file.stat()).size, absolute));
      } finally {
        await file.close();
      }
    } catch (error) {
      throw fileError(error, absolute);
    }
  }

  size(name: string): Promise<number | undefined> {
    return Promise.resolve(this.#places.get(name)?.size);
  }

  open(name: string, offset: number): AsyncIterable<Buffer> {
    const place = this.#places.get(name);
    if (place === undefined) throw new ContainerError('not-found', `${name} is not in ${this.path}.`);
    return readPart(this.path, place.position + Math.min(offset, place.size), place.position + place.size);
  }
}

/** Of compressed archives nothing can be read in place. */
async function refuseCompressed(file: FileHandle, path: string): Promise<void> {
  const begin = Buffer.alloc(6);
  await file.read(begin, 0, begin.length, 0);
  const tool = COMPRESSED.find(([magic]) => begin.subarray(0, magic.length).equals(magic))?.[1];
  if (tool !== undefined) throw new ContainerError('invalid-argument', `${path} is compressed; unpack it with ${tool} -d first.`);
}

async function readPlaces(file: FileHandle, fileSize: number, path: string): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  const links = new Map<string, string>();
  let extended: Extended = {};
  let position = 0;
  for (let count = 0; position + TAR_BLOCK_BYTES <= fileSize; count += 1) {
    if (count > MAX_ENTRIES) throw refused(path, 'it has too many entries');
    const block = Buffer.alloc(TAR_BLOCK_BYTES);
    await file.read(block, 0, TAR_BLOCK_BYTES, position);
    const header = readTarHeader(block);
    if (header === undefined) break;
    const isExtension = header.type === 'L' || header.type === 'x' || header.type === 'g';
    const size = isExtension ? header.size : (extended.size ?? header.size);
    const content = { position: position + TAR_BLOCK_BYTES, size };
    if (content.position + size > fileSize) throw refused(path, 'it is cut off');
    position += tarSpace(size);
    if (isExtension) {
      if (header.type !== 'g') extended = { ...extended, ...(await readExtension(file, content, header.type, path)) };
      continue;
    }
    const name = safeName(extended.name ?? header.name, path);
    extended = {};
    if (header.type === '0' || header.type === '7') places.set(name, content);
    else if (header.type === '2') links.set(name, linkTarget(name, header, path));
    else if (header.type !== '5') throw refused(path, `${JSON.stringify(name)} is neither a file nor a folder`);
  }
  for (const [name, target] of links) {
    const place = places.get(target);
    if (place === undefined) throw refused(path, `the link ${JSON.stringify(name)} leads to no file in it`);
    places.set(name, place);
  }
  return places;
}

/** What an entry before another says of it. */
interface Extended {
  readonly name?: string;
  readonly size?: number;
}

/**
 * The name in GNU's `L` entry, or the `path` and `size` of a pax header. A size that the header itself has room for would only hide the
 * entry's true length, and a link its target: refused.
 */
async function readExtension(file: FileHandle, { position, size }: Place, type: string, path: string): Promise<Extended> {
  if (size > MAX_NAME_BYTES) throw refused(path, 'one of its names is too long');
  const buffer = Buffer.alloc(size);
  await file.read(buffer, 0, size, position);
  if (type === 'L') return { name: buffer.toString('utf8').replace(/\0.*$/s, '') };
  const records = new Map(
    buffer
      .toString('utf8')
      .split('\n')
      .map((record) => /^\d+ ([^=]+)=(.*)$/s.exec(record))
      .flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const])),
  );
  const large = Number(records.get('size') ?? LARGE_BYTES);
  if (!Number.isSafeInteger(large) || large < LARGE_BYTES || records.has('linkpath')) {
    throw refused(path, 'it hides a size or a link in a pax header');
  }
  const name = records.get('path');
  return { ...(name === undefined ? {} : { name }), ...(records.has('size') ? { size: large } : {}) };
}

function safeName(name: string, path: string): string {
  const normal = posix.normalize(name).replace(/\/$/, '');
  if (name.includes('\0') || name.includes('\\') || posix.isAbsolute(name) || name.split('/').includes('..')) {
    throw refused(path, `it has an entry of the name ${JSON.stringify(name.slice(0, 200))}`);
  }
  return normal;
}

function linkTarget(name: string, { linkName }: TarEntryHeader, path: string): string {
  const target = posix.normalize(posix.join(posix.dirname(name), linkName));
  if (posix.isAbsolute(linkName) || target === '..' || target.startsWith('../')) {
    throw refused(path, `the link ${JSON.stringify(name)} leads out of it`);
  }
  return target;
}

function refused(path: string, why: string): ContainerError {
  return new ContainerError('integrity', `The archive ${path} is refused: ${why}.`);
}
