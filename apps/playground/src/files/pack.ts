import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ContainerError } from '@cloud/container-core';
import { pack as createPack, type Pack } from 'tar-stream';

/** Packs a file or a directory of this machine into a tar archive, as it is consumed. */
export async function* pack(path: string): AsyncGenerator<Uint8Array> {
  // Before there is an archive, so that a path that is not there never looks like an archive that broke.
  await lstat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  const archive = createPack();
  addEntry(archive, resolve(path), basename(resolve(path))).then(
    () => archive.finalize(),
    (error: NodeJS.ErrnoException) => archive.destroy(unreadable(path, error)),
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
