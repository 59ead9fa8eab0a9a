import { constants, copyFile, lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { unwritable } from './failures.js';

interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Moves a tree to a path where another one may exist: directories merge, files and links replace files and links.
 *
 * A link in the target is replaced, never followed. A directory never replaces a file, nor a file a directory
 * (`precondition-failed`, before anything is moved).
 */
export async function mergeTree(from: string, to: string): Promise<void> {
  const moves: Move[] = [];
  await planMoves({ from, to }, moves);
  for (const move of moves) {
    await moveTree(move).catch((error: unknown) => {
      throw unwritable(move.to, error);
    });
  }
}

async function planMoves({ from, to }: Move, moves: Move[]): Promise<void> {
  const existing = await kindOf(to);
  if (existing === undefined) {
    moves.push({ from, to });
    return;
  }
  const isDirectory = (await kindOf(from)) === 'directory';
  if (isDirectory !== (existing === 'directory')) {
    const reason = isDirectory ? `is a ${existing}; a directory cannot replace it` : 'is a directory; a file cannot replace it';
    throw new ContainerError('precondition-failed', `cp: ${to} ${reason}. Remove it first.`, { operation: 'cp' });
  }
  if (!isDirectory) moves.push({ from, to });
  else for (const name of await readdir(from)) await planMoves({ from: join(from, name), to: join(to, name) }, moves);
}

async function kindOf(path: string): Promise<'directory' | 'link' | 'file' | undefined> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return 'link';
    return found.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(path, error);
  }
}

async function moveTree({ from, to }: Move): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // A directory of the target is the root of another file system.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    if ((await kindOf(from)) !== 'directory') await rm(to, { force: true });
    await copyTree(from, to);
  }
}

/** Copies a tree to a path where nothing exists; each of its parts is created, so no link is followed. */
async function copyTree(from: string, to: string): Promise<void> {
  const found = await lstat(from);
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (!found.isDirectory()) await copyFile(from, to, constants.COPYFILE_EXCL);
  else {
    await mkdir(to, { mode: found.mode & 0o777 });
    for (const name of await readdir(from)) await copyTree(join(from, name), join(to, name));
  }
}
