import { link, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Turns } from '../registry/turns.js';
import { ownedName } from './owned-file.js';

/** Who holds a lock for longer has ended without taking it away: what is done under one takes milliseconds. */
const STALE_MS = 10_000;
const PAUSE_MS = 20;

const turns = new Turns();

/** Does some work while nobody else, here or in another process, does work under the same lock file. */
export function alone<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return turns.run(path, async () => {
    while (!(await lock(path))) {
      if (await isStale(path)) await removeStale(path);
      else await pause(signal);
    }
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  });
}

async function pause(signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  await sleep(PAUSE_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
}

async function lock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that find a lock stale one takes it away; the others must not take away that one's own. */
async function removeStale(path: string): Promise<void> {
  const aside = join(dirname(path), ownedName('partial'));
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (!(await isStale(aside))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch {
    // It was taken away just now.
    return false;
  }
}
