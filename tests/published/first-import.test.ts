import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { publicPackages, root } from '../support/public-packages.js';

/** What takes milliseconds to load, which programs that only import a package should not pay for. */
const COSTLY = ['crypto', 'net', 'tls', 'http', 'https', 'stream', 'zlib', 'child_process', 'worker_threads'];

const PROGRAM = `
  const before = new Set(process.moduleLoadList);
  await import(process.argv[1]);
  const loaded = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace(/^NativeModule /, ''));
  console.log(JSON.stringify(loaded));
`;

it.each(publicPackages)('importing $name loads no costly module of Node', async ({ folder }) => {
  const url = pathToFileURL(join(root, folder, 'dist/index.js')).href;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM, url]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.filter((name) => COSTLY.includes(name))).toEqual([]);
});
