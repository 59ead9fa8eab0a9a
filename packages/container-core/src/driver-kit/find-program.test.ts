import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from './find-program.js';

const isPosix = process.platform !== 'win32';
if (!isPosix) console.warn('Tests of findProgram are skipped: they need links and executable files of POSIX.');

describe.skipIf(!isPosix)('findProgram', () => {
  const before = process.cwd();
  let folder: string;
  let tools: string;
  const program = async (path: string, mode = 0o755) => {
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, mode);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cloud-find-program-'));
    tools = join(folder, 'tools');
    await mkdir(tools);
    await mkdir(join(folder, 'checkout', 'bin'), { recursive: true });
    await mkdir(join(tools, 'folder'));
    for (const name of ['tool', 'only-here']) await program(join(folder, 'checkout', name));
    await program(join(folder, 'checkout', 'bin', 'tool'));
    await program(join(tools, 'tool'));
    await program(join(tools, 'plain'), 0o644);
    await symlink(join(tools, 'tool'), join(tools, 'link'));
    process.chdir(join(folder, 'checkout'));
  });
  afterAll(async () => {
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['', '.', './', 'bin', '../checkout', ':', '.:', ':.'])('skips the working directory when PATH begins with %j', (entry) => {
    expect(findProgram('tool', { PATH: `${entry}:${tools}` })).toBe(join(tools, 'tool'));
    expect(() => findProgram('only-here', { PATH: `${entry}:${tools}:${entry}` })).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('"only-here" not found in PATH') }),
    );
  });

  it('returns an absolute path as it is when it names an executable file', () => {
    expect(findProgram(join(tools, 'link'), { PATH: '' })).toBe(join(tools, 'link'));
    expect(findProgram('link', { PATH: `/nowhere:${tools}` })).toBe(join(tools, 'link'));
  });

  it.each(['plain', 'folder', 'absent'])('throws unavailable when %s is not an executable file', (name) => {
    for (const wanted of [name, join(tools, name)]) {
      expect(() => findProgram(wanted, { PATH: tools })).toThrow(expect.objectContaining({ code: 'unavailable' }));
    }
  });

  it.each(['./tool', 'bin/tool', '../checkout/tool', '', 'to\0ol'])(
    'refuses %j when it is neither a name nor an absolute path',
    (wanted) => {
      expect(() => findProgram(wanted, { PATH: tools })).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    },
  );

  it('searches the usual folders when PATH is not set', () => {
    expect(findProgram('sh', {})).toMatch(/^\/(usr\/)?(local\/)?bin\/sh$/);
  });
});
