import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContainerError } from '@cloud/container-core';
import { Turns } from '../registry/turns.js';
import { keepAlive } from './heartbeat.js';
import { isAbandoned, newOwner, ownedName, ownerState } from './owned-file.js';

/**
 * How long a lock whose owner cannot be seen must stay unchanged while this process watches it: the owner renews it every few seconds,
 * but NFS shows times up to a minute old (nfs(5), acregmax). No two clocks are compared.
 */
const ABANDONED_AFTER_MS = 120_000;
const POLL_INTERVAL_MS = 20;

const turns = new Turns();

/** A lock file that this process holds. */
export interface HeldLock {
  /** Rejects with `unavailable` when another process took the lock over, as it may when this one did not run for minutes. */
  confirm(): Promise<void>;
}

/**
 * Runs work while no other work, of this process or another one, runs under the same lock file.
 *
 * A lock is taken over when its owner has ended; when the owner cannot be seen, as in another container or on another machine, after
 * two minutes without a sign of it.
 */
export function withFileLock<T>(path: string, signal: AbortSignal, work: (lock: HeldLock) => Promise<T>): Promise<T> {
  return turns.run(path, async () => {
    const owner = newOwner();
    const watch = new LockWatch(path);
    while (!(await acquire(path, owner))) {
      const stale = await watch.staleOwner();
      if (stale === undefined) await pause(signal);
      else await removeStale(path, stale);
    }
    const release = keepAlive(path);
    const confirm = async () => {
      if ((await ownerOf(path)) === owner) return;
      throw new ContainerError('unavailable', `The lock ${path} was taken over by another process. Try again.`);
    };
    try {
      return await work({ confirm });
    } finally {
      release();
      // Another process may have taken it over.
      if ((await ownerOf(path)) === owner) await rm(path, { force: true });
    }
  });
}

async function pause(signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  await sleep(POLL_INTERVAL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
}

async function acquire(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that find a lock stale one removes it; the others must not remove the new one of that process. */
async function removeStale(path: string, owner: string): Promise<void> {
  const aside = join(dirname(path), ownedName('partial'));
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await ownerOf(aside)) !== owner) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Watches a lock that another owner holds. */
class LockWatch {
  readonly #path: string;
  #seen = '';
  #since = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The owner, once the lock counts as abandoned. */
  async staleOwner(): Promise<string | undefined> {
    const owner = await ownerOf(this.#path);
    const found = await stat(this.#path).catch(() => undefined);
    if (owner === undefined || found === undefined) return undefined;
    const seen = `${owner} ${found.mtimeMs}`;
    if (seen !== this.#seen) this.#since = performance.now();
    this.#seen = seen;
    const isSilent = ownerState(owner) === 'unknown' && performance.now() - this.#since > ABANDONED_AFTER_MS;
    return isSilent || (await isAbandoned(this.#path, owner)) ? owner : undefined;
  }
}

async function ownerOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
