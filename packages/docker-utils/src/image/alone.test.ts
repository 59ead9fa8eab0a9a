import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { temporaryFolders } from '../test-support/temporary-folder.js';

const makeFolder = temporaryFolders();
const { signal } = new AbortController();

/** The module as another process has it: nothing is shared but the files. */
async function anotherAlone() {
  vi.resetModules();
  return (await import('./alone.js')).alone;
}

it('lets one at a time work, also when all of them find a lock that was left behind', async () => {
  const folder = await makeFolder();
  const path = join(folder, '.lock');
  let working = 0;
  let most = 0;
  const processes = await Promise.all(Array.from({ length: 8 }, anotherAlone));
  for (let round = 0; round < 5; round += 1) {
    await writeFile(path, '0');
    await utimes(path, new Date(0), new Date(0));
    await Promise.all(
      processes.map((alone) =>
        alone(path, signal, async () => {
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
  const alone = await anotherAlone();
  await expect(alone(path, controller.signal, async () => undefined)).rejects.toBe(reason);
});
