import { createWriteStream } from 'node:fs';
import { link, lstat, mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ContainerError } from '@cloud/container-core';
import { extract } from 'tar-stream';

/** What came of unpacking. */
export interface Unpacked {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Devices, sockets and the like, which are not made here. */
  readonly skipped: number;
}

/**
 * Unpacks the one file or directory that an archive holds to `target`: into it if it is a directory, else under its name.
 *
 * The archive comes out of a container, so it is not trusted: everything is written to a new directory beside the target, nothing
 * above or through a link, and moved into place when it is whole. Links are made last and point where they point.
 */
export async function unpack(archive: AsyncIterable<Uint8Array>, target: string, signal: AbortSignal): Promise<Unpacked> {
  const inside = await isDirectory(target);
  const parent = inside ? target : dirname(resolve(target));
  const workshop = await mkdtemp(join(parent, '.playground-cp-')).catch(unwritable(target));
  try {
    const counts = await unpackInto(archive, workshop, signal);
    const [top, ...others] = await readdir(workshop);
    if (top === undefined || others.length > 0) throw refused('it does not hold exactly one file or directory');
    const path = inside ? join(target, top) : resolve(target);
    await rename(join(workshop, top), path).catch(unwritable(path));
    return { path, ...counts };
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function unpackInto(archive: AsyncIterable<Uint8Array>, root: string, signal: AbortSignal): Promise<Omit<Unpacked, 'path'>> {
  const links: { readonly path: string; readonly target: string }[] = [];
  const counts = { files: 0, bytes: 0, skipped: 0 };
  const entries = extract();
  const feeding = pipeline(Readable.from(archive, { objectMode: false }), entries, { signal });
  const reading = (async () => {
    for await (const entry of entries) {
      const path = safePath(root, entry.header.name);
      const mode = (entry.header.mode ?? 0o644) & 0o777;
      switch (entry.header.type) {
        case 'directory':
          await mkdir(path, { recursive: true, mode: mode | 0o700 });
          break;
        case 'file':
        case 'contiguous-file':
          await mkdir(dirname(path), { recursive: true });
          // `wx`: never through something that is there already.
          await pipeline(entry, createWriteStream(path, { mode, flags: 'wx' }), { signal });
          counts.files++;
          counts.bytes += entry.header.size ?? 0;
          break;
        case 'symlink':
          links.push({ path, target: entry.header.linkname ?? '' });
          break;
        case 'link':
          await link(safePath(root, entry.header.linkname ?? ''), path);
          counts.files++;
          break;
        default:
          counts.skipped++;
      }
      entry.resume();
    }
  })();
  await Promise.all([feeding, reading]);
  for (const { path, target } of links) {
    await mkdir(dirname(path), { recursive: true });
    await symlink(target, path);
  }
  return counts;
}

/** Where an entry goes; refused when that is not below the root. */
function safePath(root: string, name: string): string {
  const path = resolve(root, name);
  if (!path.startsWith(root + sep) || name.includes('\0'))
    throw refused(`it has the entry ${JSON.stringify(basename(name))}, which leads out of it`);
  return path;
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** What is in the way on this machine is told as what it is. */
function unwritable(path: string): (error: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new ContainerError('precondition-failed', `cp: ${path} cannot be written (${cause.code ?? cause.message}).`, {
      operation: 'cp',
      cause,
    });
  };
}

function refused(why: string): ContainerError {
  return new ContainerError('integrity', `cp: the archive is refused: ${why}.`, { operation: 'cp' });
}
