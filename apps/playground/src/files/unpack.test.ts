import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TarEntry, writeTar } from '@cloud/test-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localSource, pack } from './pack.js';
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

it('restores a packed directory', async () => {
  const source = join(folder, 'source');
  await mkdir(join(source, 'deep', 'empty'), { recursive: true });
  await writeFile(join(source, 'deep', 'tool'), 'bytes', { mode: 0o750 });
  await writeFile(join(source, 'nothing'), '');
  await symlink('deep/tool', join(source, 'link'));

  const { files, bytes, path } = await unpack(pack(await localSource(source)), '/source', join(folder, 'copy'), signal);

  expect({ files, bytes, path }).toEqual({ files: 2, bytes: 5, path: join(folder, 'copy') });
  expect((await readdir(path, { recursive: true })).sort()).toEqual(['deep', 'deep/empty', 'deep/tool', 'link', 'nothing']);
  expect(await readFile(join(path, 'deep', 'tool'), 'utf8')).toBe('bytes');
  expect((await stat(join(path, 'deep', 'tool'))).mode & 0o777).toBe(0o750);
  expect(await readlink(join(path, 'link'))).toBe('deep/tool');
  expect(await readdir(folder)).toEqual(['copy', 'source']);
});

it('restores the contents of a directory when the path ends with /.', async () => {
  const source = join(folder, 'source');
  await mkdir(join(source, 'deep'), { recursive: true });
  await writeFile(join(source, 'deep', 'file'), 'new');
  const target = join(folder, 'target');
  await mkdir(join(target, 'deep'), { recursive: true });
  await writeFile(join(target, 'deep', 'file'), 'old');
  await writeFile(join(target, 'kept'), '');

  const { path } = await unpack(pack(await localSource(`${source}/.`)), '/srv/.', target, signal);

  expect(path).toBe(target);
  expect((await readdir(target, { recursive: true })).sort()).toEqual(['deep', 'deep/file', 'kept']);
  expect(await readFile(join(target, 'deep', 'file'), 'utf8')).toBe('new');
});

describe('the target', () => {
  const file: TarEntry = { name: 'file', content: 'new' };
  const directory: readonly TarEntry[] = [
    { name: 'app', type: 'directory' },
    { name: 'app/sub', type: 'directory' },
    { name: 'app/sub/file', content: 'new' },
  ];

  it('takes a file when it is a directory', async () => {
    const { path } = await unpack(archiveOf(file), '/file', folder, signal);
    expect(path).toBe(join(folder, 'file'));
  });

  it('takes a file through a link to a directory', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    const { path } = await unpack(archiveOf(file), '/file', join(folder, 'link'), signal);
    expect(path).toBe(join(folder, 'link', 'file'));
    expect(await readlink(join(folder, 'link'))).toBe('real');
    expect(await readdir(join(folder, 'real'))).toEqual(['file']);
  });

  it('is replaced through a link when it is a file', async () => {
    await writeFile(join(folder, 'real'), 'old');
    await symlink('real', join(folder, 'link'));
    await unpack(archiveOf(file), '/file', join(folder, 'link'), signal);
    expect(await readlink(join(folder, 'link'))).toBe('real');
    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new');
  });

  it('keeps what a link in it leads to', async () => {
    const outside = join(folder, 'outside');
    const target = join(folder, 'target');
    await mkdir(outside);
    await mkdir(join(target, 'app'), { recursive: true });
    await symlink(outside, join(target, 'app', 'sub'));
    await expect(unpack(archiveOf(...directory), '/app', target, signal)).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await readdir(outside)).toEqual([]);
    expect(await readdir(target, { recursive: true })).toEqual(['app', 'app/sub']);

    await writeFile(join(outside, 'file'), 'old');
    await symlink(join(outside, 'file'), join(target, 'file'));
    await unpack(archiveOf(file), '/file', target, signal);
    expect(await readFile(join(outside, 'file'), 'utf8')).toBe('old');
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('new');
  });

  it('stays whole when a directory and a file have the same path', async () => {
    const target = join(folder, 'target');
    await mkdir(join(target, 'app'), { recursive: true });
    await writeFile(join(target, 'app', 'sub'), 'old');
    const merging = unpack(
      archiveOf({ name: 'app', type: 'directory' }, { name: 'app/a', content: 'new' }, ...directory.slice(1)),
      '/app',
      target,
      signal,
    );
    await expect(merging).rejects.toMatchObject({ code: 'precondition-failed' });
    await expect(unpack(archiveOf({ name: 'app', content: 'new' }), '/app', target, signal)).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect(await readdir(target, { recursive: true })).toEqual(['app', 'app/sub']);
    expect(await readFile(join(target, 'app', 'sub'), 'utf8')).toBe('old');
  });

  it.each([
    ['a directory is copied to a file', directory, '/app', 'old'],
    ['a file is copied to a missing directory', [file], '/file', 'missing/'],
    ['its parent is missing', [file], '/file', 'missing/deep'],
    ['it leads in a circle', [file], '/file', 'circle'],
  ])('is refused when %s', async (_when, entries, from, to) => {
    await writeFile(join(folder, 'old'), 'old');
    await symlink('circle', join(folder, 'circle'));
    await expect(unpack(archiveOf(...entries), from, `${folder}/${to}`, signal)).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(await readdir(folder)).toEqual(['circle', 'old']);
  });
});

it('reports a path that cannot be read', async () => {
  await expect(localSource(join(folder, 'missing'))).rejects.toMatchObject({ code: 'invalid-argument' });
});
