import { spawnSync } from 'node:child_process';
import { readdir, utimes, writeFile } from 'node:fs/promises';
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

it('removes files of ended processes and keeps all others when it sweeps a folder', async () => {
  const folder = await makeFolder();
  const living = `image.tar${ownedName('partial')}`;
  const dead = nameOfTheDead(`image.tar${ownedName('partial')}`);
  const elsewhere = dead.replace(/\.[0-9a-f]{16}-/, '.1111111111111111-');
  const earlier = 'image.tar.00000000-1-0123456789ab.partial';
  const other = nameOfTheDead(`other.tar${ownedName('partial')}`);
  for (const name of [living, dead, elsewhere, earlier, other, 'image.tar', 'image.tar.partial']) await writeFile(join(folder, name), '');
  expect(new Set(await sweepOwned(folder, 'image.tar'))).toEqual(new Set([living, elsewhere, earlier]));
  expect(new Set(await readdir(folder))).toEqual(new Set([living, elsewhere, earlier, other, 'image.tar', 'image.tar.partial']));
  expect(await sweepOwned(join(folder, 'not-there'))).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('removes a file when its process id belongs to a later process', async () => {
  const folder = await makeFolder();
  const name = ownedName('partial');
  const before = name.replace(/^(\.[0-9a-f]{16}-\d+-)\d+/, '$11');
  for (const each of [name, before]) await writeFile(join(folder, each), '');
  expect(await sweepOwned(folder)).toEqual([name]);
  expect(await readdir(folder)).toEqual([name]);
});

it('removes a file of an unknown owner only after an hour of silence', async () => {
  const folder = await makeFolder();
  const living = ownedName('pull');
  const [silent, renewed] = ['1', '2'].map((digit) => `.${digit.repeat(16)}-1-1-0123456789ab.partial`) as [string, string];
  for (const name of [living, silent, renewed]) await writeFile(join(folder, name), '');
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await utimes(join(folder, living), at(1000), at(1000));
  await utimes(join(folder, silent), at(61), at(61));
  await utimes(join(folder, renewed), at(59), at(59));
  await sweepOwned(folder);
  expect(new Set(await readdir(folder))).toEqual(new Set([living, renewed]));
});
