import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publicPackages, root } from '../support/public-packages.js';

describe.each(publicPackages)('the manifest of $name', ({ manifest }) => {
  it('says what a registry and a package manager need to know', () => {
    expect(manifest).toMatchObject({
      type: 'module',
      license: 'Apache-2.0',
      sideEffects: false,
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest.description?.length).toBeGreaterThan(20);
    expect(manifest.keywords?.length).toBeGreaterThan(3);
    expect(manifest.files).toEqual(['dist', 'README.md', 'CHANGELOG.md']);
  });

  it('is of the same version as the others', () => {
    expect(manifest.version).toBe(publicPackages[0]?.manifest.version);
  });

  it('has every dependency at one exact version', () => {
    const loose = Object.entries(manifest.dependencies ?? {}).filter(
      ([name, range]) => range !== (name.startsWith('@cloud/') ? 'workspace:*' : range.replace(/[^0-9.]/g, '')),
    );
    expect(loose).toEqual([]);
  });
});

it('names one version of each dependency in the whole workspace', () => {
  const folders = ['.', 'tests', 'examples', ...['packages', 'apps'].flatMap(foldersIn)];
  const versions = new Map<string, Set<string>>();
  for (const folder of folders) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  expect(versions.size).toBeGreaterThan(20);
  expect([...versions].filter(([, { size }]) => size > 1).map(([name, found]) => `${name}: ${[...found].join(', ')}`)).toEqual([]);
});

function foldersIn(parent: string): string[] {
  return readdirSync(join(root, parent))
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}
