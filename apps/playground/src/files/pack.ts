import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ContainerError } from '@cloud/container-core';
import { pack as createPack, type Pack } from 'tar-stream';

/** A file or directory of this machine, before it is packed. */
export interface LocalSource {
  readonly path: string;
  readonly isDirectory: boolean;
  /** Its name in the archive unless it gets another one; `.` when only the contents of a directory are requested (`PATH/.`). */
  readonly name: string;
}

/** Finds what is to be packed; `invalid-argument` when it cannot be read. A link is packed as a link, unless the path ends with a slash. */
export async function localSource(path: string): Promise<LocalSource> {
  try {
    const ends = (...endings: readonly string[]) => endings.some((ending) => path.endsWith(ending));
    const isContents = path === '.' || ends('/.', `${sep}.`);
    const real = isContents || ends('/', sep) ? await realpath(path) : resolve(path);
    const isDirectory = (await lstat(real)).isDirectory();
    if (isContents && !isDirectory) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    return { path: real, isDirectory, name: isContents ? '.' : basename(resolve(path)) };
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

/** Packs a file or a directory of this machine into a tar archive under a name, as it is consumed. */
export async function* pack(source: LocalSource, name: string = source.name): AsyncGenerator<Uint8Array> {
  const archive = createPack();
  addEntry(archive, source.path, name).then(
    () => archive.finalize(),
    (error: NodeJS.ErrnoException) => archive.destroy(unreadable(source.path, error)),
  );
  yield* archive as AsyncIterable<Uint8Array>;
}

async function addEntry(archive: Pack, path: string, name: string): Promise<void> {
  const found = await lstat(path);
  const header = { name, mode: found.mode & 0o7777, mtime: found.mtime };
  if (found.isDirectory()) {
    await writeHeader(archive, { ...header, type: 'directory' });
    for (const child of await readdir(path)) await addEntry(archive, join(path, child), `${name}/${child}`);
  } else if (found.isSymbolicLink()) {
    await writeHeader(archive, { ...header, type: 'symlink', linkname: await readlink(path) });
  } else if (found.isFile()) {
    // One that grows meanwhile is cut at the size that the header says; one that shrinks fails.
    const content = found.size === 0 ? undefined : createReadStream(path, { end: found.size - 1 });
    const entry = archive.entry({ ...header, type: 'file', size: found.size });
    if (content === undefined) entry.end(undefined);
    else await pipeline(content, entry);
  }
}

function writeHeader(archive: Pack, header: Parameters<Pack['entry']>[0]): Promise<void> {
  return new Promise((done, failed) => {
    archive.entry(header, (error) => (error ? failed(error) : done()));
  });
}

function unreadable(path: string, error: NodeJS.ErrnoException): ContainerError {
  return new ContainerError('invalid-argument', `cp: ${path} cannot be read (${error.code ?? error.message}).`, { operation: 'cp' });
}
