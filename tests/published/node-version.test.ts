import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minVersion, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { root } from '../support/public-packages.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(root, parent, name)))
  .concat(join(root, 'tests'), join(root, 'examples'), root)
  .filter((folder) => existsSync(join(folder, 'package.json')));
const range = read(root).engines?.node ?? '';
const oldest = minVersion(range)?.version ?? '';

/** Adds what an installation of a package brings, each package once, by its real folder. */
function visit(folder: string, installed: Map<string, Manifest>): void {
  if (installed.has(folder)) return;
  const manifest = read(folder);
  installed.set(folder, manifest);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const found = findPackage(name, folder);
    if (found !== undefined) visit(found, installed);
    else if (manifest.optionalDependencies?.[name] === undefined)
      throw new Error(`${name}, which ${manifest.name} needs, is not installed.`);
  }
}

/** Finds a package as Node does: in the nearest `node_modules` that has it. */
function findPackage(name: string, from: string): string | undefined {
  const path = join(from, 'node_modules', name);
  if (existsSync(path)) return realpathSync(path);
  return dirname(from) === from ? undefined : findPackage(name, dirname(from));
}

describe(`Node ${range}`, () => {
  it('is what every package of the workspace requires', () => {
    expect(oldest).toMatch(/^\d+\.\d+\.0$/);
    expect(folders.map((folder) => [folder, read(folder).engines?.node])).toEqual(folders.map((folder) => [folder, range]));
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'docs/guides/getting-started.md'])('is what %s names', (page) => {
    expect(readFileSync(join(root, page), 'utf8')).toContain(`Node ${oldest.replace(/\.0$/, '')} or newer`);
  });

  // Every dependency has one exact version, so what is installed is what is released. The AWS SDK drops Node 20 in January 2027.
  it('runs every dependency that the programs and packages of the workspace install', () => {
    const installed = new Map<string, Manifest>();
    for (const folder of folders.filter((path) => path !== root)) visit(realpathSync(folder), installed);
    const manifests = [...installed.values()];
    expect(manifests.map(({ name }) => name)).toEqual(expect.arrayContaining(['@aws-sdk/client-ecs', '@aws-sdk/core', 'axios']));
    const tooNew = manifests.filter(({ engines }) => engines?.node !== undefined && !satisfies(oldest, engines.node));
    expect(tooNew.map(({ name, version, engines }) => `${name} ${version} needs Node ${engines?.node}`)).toEqual([]);
  });
});
