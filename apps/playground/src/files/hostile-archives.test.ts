import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnsafeOnWindows } from './source-path.js';
import { makeCanary, snapshot } from './test-support/canary.js';
import { type RawEntry, rawTar } from './test-support/raw-tar.js';
import { unpack } from './unpack.js';

let folder: string;
let home: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'playground-hostile-'));
  ({ home, target } = await makeCanary(folder));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

async function* bytesOf(entries: readonly RawEntry[]): AsyncGenerator<Uint8Array> {
  yield rawTar(entries);
}

const copy = (from: string, to: string, ...entries: readonly RawEntry[]) => unpack(bytesOf(entries), from, to, signal);
const directory = (name: string): RawEntry => ({ name, type: '5', mode: 0o755 });
const file = (name: string): RawEntry => ({ name, content: 'evil' });
const link = (name: string, linkName: string): RawEntry => ({ name, type: '2', linkName });
const hardLink = (name: string, linkName: string): RawEntry => ({ name, type: '1', linkName });

/** Archives as the published attacks had them, with `HOME` in place of a folder of the victim; all request `/app`. */
const ATTACKS: readonly (readonly [name: string, entries: readonly RawEntry[]])[] = [
  ['kubectl CVE-2018-1002100 (a climbing name)', [directory('app'), file('app/../../home/.bashrc')]],
  ['kubectl CVE-2019-1002101 (a link, then a file through it)', [directory('app'), link('app/x', 'HOME'), file('app/x/.bashrc')]],
  ['kubectl CVE-2019-11251 (a link through a link)', [directory('app'), link('app/x', 'HOME'), link('app/x/.bash_profile', '/evil')]],
  [
    'kubectl CVE-2019-11251 (a chain of links)',
    [directory('app'), link('app/a', '..'), link('app/a/b', '..'), link('app/a/b/home', 'HOME'), file('app/a/b/home/.bashrc')],
  ],
  ['docker CVE-2019-14271 (a library to be loaded by the copier)', [directory('app'), file('lib/libnss_files.so.2')]],
  [
    'docker CVE-2018-15664 (a directory swapped for a link)',
    [directory('app'), link('app/x', 'HOME'), directory('app/x'), file('app/x/.bashrc')],
  ],
  ['docker CVE-2018-15664 (the root swapped for a link)', [link('app', 'HOME'), directory('app'), file('app/.bashrc')]],
  ['node-tar CVE-2021-32803 (a directory, then a link in its place)', [directory('app/x'), link('app/x', 'HOME'), file('app/x/.bashrc')]],
  ['node-tar CVE-2021-32804 (an absolute name behind slashes)', [directory('app'), file('////HOME/.bashrc')]],
  ['node-tar CVE-2021-32804 (an absolute name)', [directory('app'), file('HOME/.bashrc')]],
  [
    'node-tar CVE-2021-37701 (a name with a trailing slash or backslash)',
    [directory('app/x/'), link('app/x', 'HOME'), file('app/x\\/.bashrc'), file('app/x//.bashrc')],
  ],
  [
    'node-tar CVE-2021-37712 (names equal after Unicode normalization)',
    [directory('app/caf\u00e9'), link('app/cafe\u0301', 'HOME'), file('app/cafe\u0301/.bashrc')],
  ],
  ['node-tar CVE-2021-37712 (names equal without letter case)', [directory('app/X'), link('app/x', 'HOME'), file('app/x/.bashrc')]],
  ['node-tar CVE-2021-37713 (a path relative to a drive)', [directory('app'), file('C:../home/.bashrc'), file('app/C:../home/.bashrc')]],
  [
    'node-tar CVE-2026-31802 (a link relative to a drive, then through it)',
    [directory('app'), link('app/x', 'C:../../home'), link('app/y', '../../home'), file('app/y/.bashrc')],
  ],
  [
    'tar-fs CVE-2024-12905 (a hard link through a link)',
    [directory('app'), link('app/x', 'HOME'), hardLink('app/y', 'app/x/.bashrc'), file('app/y')],
  ],
  ['tar-fs CVE-2025-48387 (a hard link to outside)', [directory('app'), hardLink('app/y', 'HOME/.bashrc'), file('app/y')]],
  ['tar-fs CVE-2025-48387 (a climbing hard link)', [directory('app'), hardLink('app/y', '../home/.bashrc'), file('app/y')]],
  ['tar-fs CVE-2025-59343 (a link in place of the folder itself)', [link('app', 'HOME'), file('app/.bashrc')]],
  [
    'tar-fs CVE-2025-59343 (a link to a folder with a common prefix)',
    [directory('app'), link('app/x', '../target-2'), file('app/x/.bashrc')],
  ],
  ['a file, then a link, then a file', [directory('app'), file('app/x'), link('app/x', 'HOME/.bashrc'), file('app/x')]],
  ['a link, then a file in its place', [directory('app'), link('app/x', 'HOME/.bashrc'), file('app/x')]],
  [
    'a hard link to a link, then a file in its place',
    [directory('app'), link('app/x', 'HOME/.bashrc'), hardLink('app/y', 'app/x'), file('app/y')],
  ],
  ['a climbing name in a pax header', [directory('app'), { ...file('app/x'), pax: { path: '../home/.bashrc' } }]],
  ['a link in a pax header', [directory('app'), { ...hardLink('app/x', 'app/y'), pax: { linkpath: 'HOME/.bashrc' } }, file('app/x')]],
  ['a NUL in a pax header', [directory('app'), { ...file('app/x'), pax: { path: 'app/x\0/../../../home/.bashrc' } }]],
  ['a long climbing name', [directory('app'), file(`app/${'x/../'.repeat(40)}../../home/.bashrc`)]],
  ['a sparse file', [directory('app'), { ...file('app/x'), type: 'S' }]],
  [
    'a sparse file in a pax header',
    [directory('app'), { ...file('app/x'), pax: { 'GNU.sparse.major': '1', 'GNU.sparse.name': '../home/.bashrc' } }],
  ],
  ['an unknown type', [directory('app'), { ...file('app/x'), type: 'Z' }]],
  ['a file within a file', [directory('app'), file('app/x'), file('app/x/y')]],
  ['another file than the requested one', [file('.bashrc')]],
  ['another file besides the requested one', [directory('app'), file('app/x'), file('.bashrc')]],
  ['no entry', []],
];

describe('refuses an archive and changes nothing', () => {
  it.each(ATTACKS)('when it holds %s', async (_name, entries) => {
    const before = snapshot(folder);
    const real = entries.map(({ name, linkName = '', ...entry }) => ({
      ...entry,
      name: name.replace('HOME', home),
      linkName: linkName.replace('HOME', home),
    }));
    for (const to of [target, join(folder, 'new')]) {
      await expect(copy('/app', to, ...real)).rejects.toMatchObject({ code: expect.stringMatching(/^(integrity|unsupported)$/) });
      expect(snapshot(folder)).toEqual(before);
    }
  });

  it('when its bytes are damaged or end too early', async () => {
    const before = snapshot(folder);
    const whole = rawTar([directory('app'), { name: 'app/x', content: 'x'.repeat(2000) }]);
    for (const bytes of [whole.subarray(0, 1500), whole.subarray(0, 700), Buffer.alloc(2000, 'x'), Buffer.alloc(0)]) {
      const archive = (async function* () {
        yield bytes;
      })();
      await expect(unpack(archive, '/app', target, signal)).rejects.toMatchObject({ code: 'integrity' });
      expect(snapshot(folder)).toEqual(before);
    }
  });

  it('when the copy is aborted', async () => {
    const before = snapshot(folder);
    const controller = new AbortController();
    const reason = new Error('enough');
    const archive = (async function* () {
      yield rawTar([directory('app'), { name: 'app/x', content: 'x'.repeat(2000) }]).subarray(0, 1500);
      controller.abort(reason);
      yield Buffer.alloc(1000);
    })();
    await expect(unpack(archive, '/app', target, controller.signal)).rejects.toBe(reason);
    expect(snapshot(folder)).toEqual(before);
  });
});

it('keeps ./.bashrc when report.txt was requested', async () => {
  await expect(copy('/srv/report.txt', target, file('.bashrc'))).rejects.toMatchObject({ code: 'integrity' });
  await expect(copy('/srv/report.txt', join(target, '.bashrc'), file('.bashrc'))).rejects.toMatchObject({ code: 'integrity' });
  expect(await readFile(join(target, '.bashrc'), 'utf8')).toBe('mine');
});

it('creates links that lead outside last and as they are', async () => {
  const before = snapshot(home);
  const { path } = await copy(
    '/srv',
    target,
    directory('srv'),
    link('srv/absolute', home),
    link('srv/climbing', '../../home/.bashrc'),
    file('srv/z'),
  );
  expect(await readlink(join(path, 'absolute'))).toBe(home);
  expect(await readlink(join(path, 'climbing'))).toBe('../../home/.bashrc');
  expect(snapshot(home)).toEqual(before);
});

it('replaces links of the target and never follows them', async () => {
  const before = snapshot(home);
  await expect(copy('/app', target, directory('app'), directory('app/home'), file('app/home/.bashrc'))).rejects.toMatchObject({
    code: 'precondition-failed',
  });
  await copy('/app', target, directory('app'), file('app/rc'));
  expect(await readFile(join(target, 'app', 'rc'), 'utf8')).toBe('evil');
  expect(await readFile(join(target, 'app', 'kept'), 'utf8')).toBe('mine');
  expect(snapshot(home)).toEqual(before);
});

it('drops setuid bits and creates no devices', async () => {
  const special: RawEntry[] = ['3', '4', '6'].map((type) => ({ name: `srv/special-${type}`, type }));
  const { skipped, path } = await copy(
    '/srv',
    target,
    { ...directory('srv'), mode: 0o7755 },
    { ...file('srv/tool'), mode: 0o6755 },
    ...special,
  );
  expect(skipped).toBe(3);
  expect(await readdir(path)).toEqual(['tool']);
  expect((await stat(join(path, 'tool'))).mode & 0o7000).toBe(0);
  expect((await stat(path)).mode & 0o7000).toBe(0);
  await expect(copy('/dev/null', target, { name: 'null', type: '3' })).rejects.toMatchObject({ code: 'unsupported' });
});

it('extracts long names, pax headers and hard links', async () => {
  const long = `srv/${'long/'.repeat(30)}name`;
  const { path, files } = await copy(
    '/srv',
    target,
    directory('srv'),
    { name: long, content: 'long' },
    { name: 'srv/short', content: 'pax', pax: { path: 'srv/caf\u00e9' } },
    link('srv/link', 'caf\u00e9'),
    hardLink('srv/twin', 'srv/caf\u00e9'),
    hardLink('srv/twin-link', 'srv/link'),
  );
  expect(files).toBe(4);
  expect(await readFile(join(path, long.slice(4)), 'utf8')).toBe('long');
  expect(await readFile(join(path, 'twin'), 'utf8')).toBe('pax');
  expect(await readlink(join(path, 'twin-link'))).toBe('caf\u00e9');
});

it('reports a name that is too long for this machine', async () => {
  await expect(copy('/srv', target, directory('srv'), file(`srv/${'x'.repeat(300)}`))).rejects.toMatchObject({
    code: 'precondition-failed',
    message: expect.stringContaining('ENAMETOOLONG'),
  });
});

it('keeps a folder that another program creates in the target meanwhile', async () => {
  const archive = (async function* () {
    yield rawTar([directory('srv'), file('srv/x')]).subarray(0, 512);
    await mkdir(join(target, 'srv'));
    await writeFile(join(target, 'srv', 'kept'), 'mine');
    yield rawTar([directory('srv'), file('srv/x')]).subarray(512);
  })();
  await unpack(archive, '/srv', target, signal);
  expect(snapshot(join(target, 'srv'))).toEqual(['kept 644 mine', 'x 644 evil']);
});

it.each(['a:b', 'C:', 'a\\b', 'NUL', 'com1.txt', 'dot.', 'space ', 'a|b'])('refuses the name %j on Windows', (name) => {
  expect(isUnsafeOnWindows(name)).toBe(true);
});
