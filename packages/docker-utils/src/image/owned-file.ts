import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { builtin } from '@cloud/container-core/driver-kit';

/** What a file is while its owner works: content that is not whole yet, or the mark of a pull under way. */
export type OwnedKind = 'partial' | 'pull';

const NAME = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.(partial|pull)$/;

/** Of another machine's processes nobody here can tell whether they live. */
const machine = () => builtin('node:crypto').createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** The end of a file's name that says whose it is, so that others can tell when nobody will finish it. */
export function ownedName(kind: OwnedKind): string {
  return `.${machine()}-${process.pid}-${builtin('node:crypto').randomBytes(6).toString('hex')}.${kind}`;
}

/**
 * Removes what killed processes of this machine left in a folder.
 *
 * @param prefix how the names begin; those of other files in the folder are left alone
 * @returns the names of what may be somebody's still
 */
export async function sweepOwned(folder: string, prefix = ''): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const left: string[] = [];
  for (const name of names) {
    const [suffix, host, owner] = NAME.exec(name) ?? [];
    if (suffix === undefined || name !== `${prefix}${suffix}`) continue;
    if (host === machine() && !isAlive(Number(owner))) await rm(join(folder, name), { force: true });
    else left.push(name);
  }
  return left;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
