import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { type Extracted, extractArchive } from './extract-archive.js';
import { extractionFailure, refused, unwritable } from './failures.js';
import { type LocalTarget, localTarget } from './local-target.js';
import { mergeTree } from './merge-tree.js';
import { type SourcePath, sourcePath } from './source-path.js';

/** What was copied, and to which path. */
export interface Unpacked extends Extracted {
  readonly path: string;
}

/**
 * Unpacks the archive of a container's file or directory to a path of this machine, by the rules of `docker cp`: into a directory that
 * exists, else under the new name; `from` ending with `/.` copies the contents of a directory.
 *
 * The archive is not trusted: a container can make its engine pack anything. It is extracted to a private folder beside the target,
 * and moved into place when all of it is sound; a link of the archive or inside the target is never followed.
 */
export async function unpack(archive: AsyncIterable<Uint8Array>, from: string, to: string, signal: AbortSignal): Promise<Unpacked> {
  const source = sourcePath(from);
  const target = await localTarget(to);
  const folder = await mkdtemp(join(target.kind === 'directory' ? target.real : dirname(target.real), '.cloud-container-cp-')).catch(
    (error: unknown) => {
      throw unwritable(to, error);
    },
  );
  try {
    const { root, ...counts } = await extractArchive(archive, folder, source, signal).catch((error: unknown) => {
      throw extractionFailure(error, to, signal);
    });
    const kind = await kindOf(root);
    if (kind === undefined && counts.skipped > 0) {
      throw new ContainerError('unsupported', `cp: ${from} is neither a file, a directory nor a link.`, { operation: 'cp' });
    }
    if (kind === undefined) throw refused('it does not hold what was requested');
    const { path, place } = destination(source, target, kind === 'directory');
    await mergeTree(root, place);
    return { path, ...counts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the root of an archive goes: the path to report, and the same without the user's links. */
function destination({ base }: SourcePath, target: LocalTarget, isDirectory: boolean): { readonly path: string; readonly place: string } {
  const { path, real, kind } = target;
  if (base === '' && !isDirectory) throw refused('it holds a file instead of the contents of a directory');
  if (kind === 'directory' && base !== '') return { path: join(path, base), place: join(real, base) };
  const failure = failureAt(target, isDirectory);
  if (failure !== undefined) throw new ContainerError('precondition-failed', `cp: ${path} ${failure}`, { operation: 'cp' });
  return { path, place: real };
}

function failureAt({ path, kind }: LocalTarget, isDirectory: boolean): string | undefined {
  if (kind === 'file' && isDirectory) return 'is a file; a directory cannot replace it. Choose another target.';
  const namesDirectory = ['/', '/.', sep, `${sep}.`].some((end) => path.endsWith(end));
  if (namesDirectory && !isDirectory) return 'is not an existing directory. Create it first.';
  return undefined;
}

async function kindOf(path: string): Promise<'directory' | 'other' | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'directory' : 'other';
}
