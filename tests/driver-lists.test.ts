import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlaygroundRegistry, PROVIDERS } from '../apps/playground/src/connection/providers.js';
import { providers as exampleRegistry } from '../examples/providers.js';
import { driverFactories } from './support/driver-factories.js';
import { driverPackages, publicPackages, root } from './support/public-packages.js';

const names = Object.keys(await driverFactories());
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Programs and pages that ship cannot read the folders of the workspace; these tests fail when one of them lacks a driver. */
describe('what lists the drivers by hand', () => {
  it('registers every driver in the command line', () => {
    expect(new Set(createPlaygroundRegistry().names)).toEqual(new Set(names));
    expect(new Set<string>(PROVIDERS.map(({ name }) => name))).toEqual(new Set(names));
  });

  it('registers every driver in the examples', () => {
    expect(new Set(exampleRegistry.names)).toEqual(new Set(names));
  });

  it.each(['apps/playground', 'examples'])('depends on every driver in %s', (folder) => {
    const { dependencies, devDependencies } = JSON.parse(read(`${folder}/package.json`));
    expect(Object.keys({ ...dependencies, ...devDependencies })).toEqual(expect.arrayContaining(driverPackages.map(({ name }) => name)));
  });

  it('shows every published package in the README', () => {
    const shown = [...read('README.md').matchAll(/^\| \[`(@cloud\/[^`]+)`\]\(([^)]+)\)/gm)].map(
      ([, name, folder]) => `${name} in ${folder}`,
    );
    expect(new Set(shown)).toEqual(new Set(publicPackages.map(({ name, folder }) => `${name} in ${folder}`)));
  });

  it('has a column for every driver on the page on reliability', () => {
    const [, ...columns] =
      /^\| fault.*$/m
        .exec(read('docs/reliability.md'))?.[0]
        .toLowerCase()
        .split('|')
        .map((cell) => cell.trim()) ?? [];
    expect(columns).toEqual(expect.arrayContaining(names));
  });
});
