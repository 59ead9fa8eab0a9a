import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { unwritable } from './failures.js';

const MAX_LINKS = 40;

/** Where the user wants files on this machine. */
export interface LocalTarget {
  /** As the user named it. */
  readonly path: string;
  /** The same without links: the user's own links lead where they lead. */
  readonly real: string;
  readonly kind: 'directory' | 'file' | 'missing';
}

/** Finds what a path of this machine is. Throws `precondition-failed` for a device, and when the folder of a missing path is missing. */
export async function localTarget(path: string): Promise<LocalTarget> {
  const absolute = resolve(path);
  const real = await resolveLinks(absolute, absolute);
  const found = await stat(real).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  });
  if (found === undefined) return { path, real, kind: 'missing' };
  if (found.isDirectory()) return { path, real, kind: 'directory' };
  if (found.isFile()) return { path, real, kind: 'file' };
  throw new ContainerError('precondition-failed', `cp: ${path} is neither a file nor a directory. Choose another target.`, {
    operation: 'cp',
  });
}

/** As `realpath`, but the last part need not exist, nor what a link in its place leads to. */
async function resolveLinks(path: string, named: string, links = 0): Promise<string> {
  if (dirname(path) === path) return path;
  try {
    const real = join(await realpath(dirname(path)), basename(path));
    const found = await lstat(real).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) return real;
    if (links >= MAX_LINKS) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
    return await resolveLinks(resolve(dirname(real), await readlink(real)), named, links + 1);
  } catch (error) {
    throw ContainerError.isInstance(error) ? error : unwritable(named, error);
  }
}
