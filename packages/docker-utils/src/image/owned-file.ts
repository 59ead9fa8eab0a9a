import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { builtin } from '@cloud/container-core/driver-kit';
import { currentProcess, stateOf } from './process-identity.js';

/** What a file is while its owner works: content that is not whole yet, or the mark of a pull under way. */
export type OwnedKind = 'partial' | 'pull';

/** Owners renew their files every few seconds; the rest allows for clocks of other machines that differ, and for paused machines. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

const UNKNOWN_SCOPE = '0'.repeat(16);
const OWNER = /^([0-9a-f]{16})-(\d+)-(\d+)-[0-9a-f]{12}$/;
/** The second form is that of versions up to 0.1, which does not tell containers apart. */
const NAME = /\.([0-9a-f]{16}-\d+-\d+-[0-9a-f]{12}|[0-9a-f]{8}-\d+-[0-9a-f]{12})\.(?:partial|pull)$/;

/** A new string that says which process owns a file; no two are equal. */
export function newOwner(): string {
  const { scope = UNKNOWN_SCOPE, pid, startTime } = currentProcess();
  return `${scope}-${pid}-${startTime}-${builtin('node:crypto').randomBytes(6).toString('hex')}`;
}

/** The end of a file's name that says whose it is. While the owner works, it renews the file with `keepAlive`. */
export function ownedName(kind: OwnedKind): string {
  return `.${newOwner()}.${kind}`;
}

/**
 * Removes what killed processes left in a folder: at once where the process can be seen to have ended, else after an hour of silence.
 * A file of a running process is never removed.
 *
 * @param prefix how the names begin; other files in the folder are ignored
 * @returns the names of files that may still have an owner
 */
export async function sweepOwned(folder: string, prefix = ''): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const left: string[] = [];
  for (const name of names) {
    const [suffix, owner] = NAME.exec(name) ?? [];
    if (suffix === undefined || owner === undefined || name !== `${prefix}${suffix}`) continue;
    const path = join(folder, name);
    if (await isAbandoned(path, owner)) await rm(path, { force: true });
    else left.push(name);
  }
  return left;
}

/** Whether the owner of a file has ended, or cannot be seen and has not renewed the file for an hour. */
export async function isAbandoned(path: string, owner: string): Promise<boolean> {
  const state = ownerState(owner);
  if (state !== 'unknown') return state === 'ended';
  try {
    return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
  } catch {
    // It was removed just now.
    return false;
  }
}

/** Whether an owner runs; `unknown` for one that cannot be seen from here. */
export function ownerState(owner: string): ReturnType<typeof stateOf> {
  const [, scope, pid, startTime = ''] = OWNER.exec(owner) ?? [];
  return stateOf({ scope: scope === UNKNOWN_SCOPE ? undefined : scope, pid: Number(pid), startTime });
}
