import { execFile, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWhileSwapping } from './cp-swap.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

/** The official command line, on the same engine: its results must be the same. */
const hasDockerCommand = docker.available && /^Docker version/.test(spawnSync('docker', ['--version'], { encoding: 'utf8' }).stdout ?? '');
if (docker.available && !hasDockerCommand)
  console.warn('The docker command line is not installed: cp is only compared with the table of its documentation.');

const ours = async (...words: string[]) => {
  const { code, stderr } = await home.run(['cp', ...words], {
    environment: { CLOUD_CONTAINER_URL: docker.get().url },
    directory: home.path,
  });
  return { isDone: code === 0, stderr };
};
const theirs = async (...words: string[]) => {
  try {
    await promisify(execFile)('docker', ['-H', `unix://${docker.get().socketPath}`, 'cp', ...words], { cwd: home.path });
    return { isDone: true, stderr: '' };
  } catch (error) {
    return { isDone: false, stderr: (error as { stderr: string }).stderr };
  }
};
const inContainer = async (script: string) => {
  const { code, stdout, stderr } = await home.run(['exec', 'web', '--', 'sh', '-c', script], {
    environment: { CLOUD_CONTAINER_URL: docker.get().url },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

/** Every file with its content, every link with its target, every directory. */
function snapshot(path: string, name = ''): string[] {
  return readdirSync(join(path, name))
    .sort()
    .flatMap((child) => {
      const below = join(name, child);
      const found = lstatSync(join(path, below));
      if (found.isSymbolicLink()) return [`${below} -> ${readlinkSync(join(path, below))}`];
      if (!found.isDirectory()) return [`${below}: ${readFileSync(join(path, below), 'utf8')}`];
      return [`${below}/`, ...snapshot(path, below)];
    });
}

const inOrder = (lines: readonly string[]) => lines.toSorted((left, right) => (left < right ? -1 : 1));

const BEFORE = [
  'existing/',
  'existing/app/',
  'existing/app/a: old',
  'existing/app/kept: kept',
  'linked -> existing',
  'old: old',
  'oldlink -> old',
];
const APP = (name: string) => [`${name}/`, `${name}/a: a`, `${name}/deep/`, `${name}/deep/b: b`, `${name}/link -> a`, `${name}/twin: a`];
const MERGED = [...APP('existing/app').slice(0, 4), 'existing/app/kept: kept', ...APP('existing/app').slice(4)];
const CONTENTS = ['existing/a: a', 'existing/app/', 'existing/app/a: old', 'existing/app/kept: kept', ...APP('existing').slice(2)];
const withOthers = (...changed: string[]) => {
  const nameOf = (line: string) => line.replace(/(: | -> ).*$/s, '');
  const names = new Set(changed.map(nameOf));
  return inOrder([...BEFORE.filter((line) => !names.has(nameOf(line))), ...changed]);
};

/** What docs.docker.com/reference/cli/docker/container/cp says of every pair, and what its links do. `undefined`: refused. */
const TABLE: readonly (readonly [source: string, target: string, after: readonly string[] | undefined])[] = [
  ['file', 'new', withOthers('new: file')],
  ['file', 'new/', undefined],
  ['file', 'missing/new', undefined],
  ['file', 'old', withOthers('old: file')],
  ['file', 'old/', undefined],
  ['file', 'oldlink', withOthers('old: file')],
  ['file', 'existing', withOthers('existing/file: file')],
  ['file', 'existing/', withOthers('existing/file: file')],
  ['file', 'existing/.', withOthers('existing/file: file')],
  ['file', 'linked', withOthers('existing/file: file')],
  ['file', 'linked/', withOthers('existing/file: file')],
  ['filelink', 'existing', withOthers('existing/filelink -> file')],
  ['filelink', 'new', withOthers('new -> file')],
  ['app', 'new', withOthers(...APP('new'))],
  ['app', 'new/', withOthers(...APP('new'))],
  ['app/', 'new', withOthers(...APP('new'))],
  ['app/.', 'new', withOthers(...APP('new'))],
  ['app', 'missing/new', undefined],
  ['app', 'old', undefined],
  ['app/.', 'old', undefined],
  ['app', 'existing', withOthers(...MERGED)],
  ['app/', 'existing/', withOthers(...MERGED)],
  ['app', 'linked', withOthers(...MERGED)],
  ['app/.', 'existing', withOthers(...CONTENTS)],
  ['app/.', 'linked', withOthers(...CONTENTS)],
  ['applink', 'existing', withOthers('existing/applink -> app')],
  ['applink/.', 'existing', withOthers(...CONTENTS)],
  ['applink/', 'existing', withOthers(...APP('existing/applink'))],
  ['missing', 'existing', undefined],
  ['missing/.', 'existing', undefined],
  ['file/.', 'existing', undefined],
  ['conflict/app', 'existing', undefined],
  ['conflict/existing', '.', undefined],
];

const SOURCE = `mkdir -p app/deep conflict/app/a && echo -n a > app/a && echo -n b > app/deep/b && ln -s a app/link && ln app/a app/twin
  echo -n file > file && ln -s file filelink && ln -s app applink && echo -n file > conflict/existing`;
const TARGET = `mkdir -p existing/app && echo -n old > existing/app/a && echo -n kept > existing/app/kept
  echo -n old > old && ln -s existing linked && ln -s old oldlink`;

describe.skipIf(!docker.available)('cp', () => {
  beforeAll(async () => {
    const environment = { CLOUD_CONTAINER_URL: docker.get().url };
    const { code, stderr } = await home.run(['deploy', 'busybox', '--name', 'web', '--wait', '--', 'sleep', '6000'], { environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await inContainer(`mkdir /source && cd /source && ${SOURCE}`);
    spawnSync('sh', ['-c', `mkdir source && cd source && ${SOURCE}`], { cwd: home.path });
  });

  it.each(TABLE)('copies %s of a container to %s as docker cp does', async (source, target, after) => {
    const results = [];
    for (const [name, copy] of [['ours', ours], ...(hasDockerCommand ? [['theirs', theirs] as const] : [])] as const) {
      const folder = join(home.path, `out-${TABLE.findIndex((row) => row[0] === source && row[1] === target)}-${name}`);
      spawnSync('sh', ['-c', `mkdir "$1" && cd "$1" && ${TARGET}`, 'sh', folder]);
      const { isDone, stderr } = await copy(`web:/source/${source}`, `${folder}/${target}`);
      results.push({ name, isDone, after: inOrder(snapshot(folder)), stderr });
    }
    for (const { name, isDone, after: found, stderr } of results) {
      expect({ name, isDone, after: found, stderr }).toEqual({ name, isDone: after !== undefined, after: after ?? BEFORE, stderr });
    }
  });

  it.each(TABLE)('copies %s to %s of a container as docker cp does', async (source, target, after) => {
    for (const [name, copy] of [['ours', ours], ...(hasDockerCommand ? [['theirs', theirs] as const] : [])] as const) {
      const folder = `/in-${TABLE.findIndex((row) => row[0] === source && row[1] === target)}-${name}`;
      await inContainer(`mkdir ${folder} && cd ${folder} && ${TARGET}`);
      const { isDone, stderr } = await copy(`${home.path}/source/${source}`, `web:${folder}/${target}`);
      const found = await inContainer(
        `cd ${folder} && find . -mindepth 1 | cut -c3- | while read -r each; do
           if [ -L "$each" ]; then echo "$each -> $(readlink "$each")"; elif [ -d "$each" ]; then echo "$each/"; else echo "$each: $(cat "$each")"; fi; done`,
      );
      const lines = inOrder(found.trim().split('\n'));
      expect({ name, isDone, after: lines, stderr }).toEqual({ name, isDone: after !== undefined, after: after ?? BEFORE, stderr });
    }
  });

  it('copies into the working directory when the target is relative', async () => {
    const directory = join(home.path, 'working');
    await mkdir(join(directory, 'below'), { recursive: true });
    await writeFile(join(directory, 'kept'), '');
    await symlink('below', join(directory, 'linked'));
    const environment = { CLOUD_CONTAINER_URL: docker.get().url };
    for (const target of ['.', './', 'below', './below', 'linked', '../working/below/..']) {
      expect(await home.run(['cp', 'web:/source/file', target], { environment, directory })).toMatchObject({ code: 0, stderr: '' });
    }
    expect(snapshot(directory)).toEqual(['below/', 'below/file: file', 'file: file', 'kept: ', 'linked -> below']);
  });

  it('copies the root directory and paths that are not clean', async () => {
    const folder = join(home.path, 'unclean');
    await mkdir(folder);
    for (const path of ['/source/../source//app/deep', 'source/app/deep/', '/source/./applink/deep']) {
      expect(await ours(`web:${path}`, folder)).toEqual({ isDone: true, stderr: '' });
      expect(snapshot(folder)).toEqual(['deep/', 'deep/b: b']);
    }
    expect(await ours('web:/', join(home.path, 'all'))).toMatchObject({ isDone: true });
    expect(snapshot(join(home.path, 'all', 'source', 'app'))).toEqual(['a: a', 'deep/', 'deep/b: b', 'link -> a', 'twin: a']);
  });

  it('writes nothing outside the target when the container swaps a directory for a link', async () => {
    const { refused, copied } = await copyWhileSwapping(home, docker.get(), 20);
    expect(refused + copied).toBe(20);
  });
});
