import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TarEntry, writeTar } from '@cloud/test-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pack } from './pack.js';
import { unpack } from './unpack.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

async function* archiveOf(...entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  yield await writeTar(entries);
}

it('brings a packed directory back as it was', async () => {
  const source = join(folder, 'source');
  await mkdir(join(source, 'deep', 'empty'), { recursive: true });
  await writeFile(join(source, 'deep', 'tool'), 'bytes', { mode: 0o750 });
  await writeFile(join(source, 'nothing'), '');
  await symlink('deep/tool', join(source, 'link'));

  const { files, bytes, path } = await unpack(pack(source), join(folder, 'copy'), signal);

  expect({ files, bytes, path }).toEqual({ files: 2, bytes: 5, path: join(folder, 'copy') });
  expect((await readdir(path, { recursive: true })).sort()).toEqual(['deep', 'deep/empty', 'deep/tool', 'link', 'nothing']);
  expect(await readFile(join(path, 'deep', 'tool'), 'utf8')).toBe('bytes');
  expect((await stat(join(path, 'deep', 'tool'))).mode & 0o777).toBe(0o750);
  expect(await readlink(join(path, 'link'))).toBe('deep/tool');
  expect(await readdir(folder)).toEqual(['copy', 'source']);
});

it('puts a file into a directory that is there', async () => {
  const { path } = await unpack(archiveOf({ name: 'file', content: 'x' }), folder, signal);
  expect(path).toBe(join(folder, 'file'));
});

describe('an archive that means harm is refused and leaves nothing', () => {
  const target = () => join(folder, 'target');
  it.each<[string, readonly TarEntry[]]>([
    ['climbs', [{ name: '../evil', content: 'x' }]],
    ['climbs in the middle', [{ name: 'a/../../evil', content: 'x' }]],
    ['is absolute', [{ name: '/tmp/playground-evil', content: 'x' }]],
    ['links hard to outside', [{ name: 'passwd', type: 'link', linkname: '/etc/passwd' }]],
    ['holds two things', [{ name: 'one' }, { name: 'two' }]],
  ])('%s', async (_how, entries) => {
    await expect(unpack(archiveOf(...entries), target(), signal)).rejects.toMatchObject({ code: 'integrity' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('never writes through a link of its own', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    const entries: TarEntry[] = [
      { name: 'top', type: 'directory' },
      { name: 'top/way-out', type: 'symlink', linkname: outside },
      { name: 'top/way-out/evil', content: 'x' },
    ];
    await expect(unpack(archiveOf(...entries), target(), signal)).rejects.toThrow();
    expect(await readdir(outside)).toEqual([]);
    expect(await readdir(folder)).toEqual(['outside']);
  });
});

it('tells a path that cannot be read', async () => {
  await expect(unpack(pack(join(folder, 'missing')), join(folder, 'x'), signal)).rejects.toMatchObject({ code: 'invalid-argument' });
});
