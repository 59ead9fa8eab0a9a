import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { newOwner } from './owned-file.js';

const makeFolder = temporaryFolders();
const { signal } = new AbortController();

/** The module as another process has it: nothing is shared but the files. */
async function anotherLock() {
  vi.resetModules();
  return (await import('./file-lock.js')).withFileLock;
}

it('lets one at a time work, also when all of them find a lock that was left behind', async () => {
  const folder = await makeFolder();
  const path = join(folder, '.lock');
  let working = 0;
  let most = 0;
  const processes = await Promise.all(Array.from({ length: 8 }, anotherLock));
  for (let round = 0; round < 5; round += 1) {
    await writeFile(path, '0');
    await utimes(path, new Date(0), new Date(0));
    await Promise.all(
      processes.map((withFileLock) =>
        withFileLock(path, signal, async () => {
          working += 1;
          most = Math.max(most, working);
          await sleep(5);
          working -= 1;
        }),
      ),
    );
  }
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

it('ends its wait with the reason of the abort', async () => {
  const path = join(await makeFolder(), '.lock');
  await writeFile(path, '0');
  const reason = new Error('enough');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 30);
  const withFileLock = await anotherLock();
  await expect(withFileLock(path, controller.signal, async () => undefined)).rejects.toBe(reason);
});

it('waits for a running process when its lock is old', async () => {
  const path = join(await makeFolder(), '.lock');
  await writeFile(path, newOwner());
  await utimes(path, new Date(0), new Date(0));
  const withFileLock = await anotherLock();
  let isHeld = true;
  const working = withFileLock(path, signal, async () => isHeld);
  await sleep(100);
  isHeld = false;
  await rm(path);
  expect(await working).toBe(false);
});

it('keeps the lock of another process when it was taken over', async () => {
  const path = join(await makeFolder(), '.lock');
  const withFileLock = await anotherLock();
  const working = withFileLock(path, signal, async (lock) => {
    await lock.confirm();
    await writeFile(path, 'another');
    await lock.confirm();
  });
  await expect(working).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  expect(await readFile(path, 'utf8')).toBe('another');
});
