import { execFileSync, spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../test-support/temporary-folder.js';
import { ArchiveWriter } from './archive-writer.js';

const makeFolder = temporaryFolders();

const tarIsMissing = spawnSync('tar', ['--version']).error !== undefined;
if (tarIsMissing) console.warn('Tests that need tar are skipped: tar is not installed.');

it.skipIf(tarIsMissing)(
  'writes an archive that tar lists whole: each folder once and before what is in it, and the files with their contents',
  async () => {
    const folder = await makeFolder();
    const archive = new ArchiveWriter(join(folder, 'image.tar'));
    await archive.prepare([
      { name: 'oci-layout', content: Buffer.from('{}') },
      { name: 'blobs/sha256/first', size: 3 },
      { name: 'blobs/sha256/second', size: 513 },
    ]);
    await archive.store('blobs/sha256/second', async (file, position) => {
      await file.write(Buffer.alloc(513, 'b'), 0, 513, position);
    });
    await archive.store('blobs/sha256/first', async (file, position) => {
      await file.write(Buffer.from('one'), 0, 3, position);
    });
    await archive.finish();

    const listed = execFileSync('tar', ['-tf', 'image.tar'], { cwd: folder, encoding: 'utf8' });
    expect(listed.trim().split('\n')).toEqual(['oci-layout', 'blobs/', 'blobs/sha256/', 'blobs/sha256/first', 'blobs/sha256/second']);
    const contents = execFileSync('tar', ['-xOf', 'image.tar', 'blobs/sha256/first', 'blobs/sha256/second'], { cwd: folder });
    expect(contents.toString()).toBe(`one${'b'.repeat(513)}`);
    expect(await readdir(folder)).toEqual(['image.tar']);
  },
);

it('leaves nothing behind when it is given up', async () => {
  const folder = await makeFolder();
  const archive = new ArchiveWriter(join(folder, 'image.tar'));
  await archive.prepare([{ name: 'oci-layout', content: Buffer.from('{}') }]);
  await archive.abandon();
  expect(await readdir(folder)).toEqual([]);
});
