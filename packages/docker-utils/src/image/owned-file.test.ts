import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { ownedName, sweepOwned } from './owned-file.js';

const makeFolder = temporaryFolders();

/** As the same name would be, had a process made it that has ended. */
function nameOfTheDead(name: string): string {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return name.replace(`-${process.pid}-`, `-${pid}-`);
}

it('removes what ended processes left, and nothing of anybody else', async () => {
  const folder = await makeFolder();
  const living = `image.tar${ownedName('partial')}`;
  const dead = nameOfTheDead(`image.tar${ownedName('partial')}`);
  const elsewhere = dead.replace(/\.[0-9a-f]{8}-/, '.00000000-');
  const other = nameOfTheDead(`other.tar${ownedName('partial')}`);
  for (const name of [living, dead, elsewhere, other, 'image.tar', 'image.tar.partial']) await writeFile(join(folder, name), '');
  expect(new Set(await sweepOwned(folder, 'image.tar'))).toEqual(new Set([living, elsewhere]));
  expect(new Set(await readdir(folder))).toEqual(new Set([living, elsewhere, other, 'image.tar', 'image.tar.partial']));
  expect(await sweepOwned(join(folder, 'not-there'))).toEqual([]);
});
