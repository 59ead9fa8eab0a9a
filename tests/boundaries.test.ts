import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each workspace package may import from the others: dependencies point down only. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/container-core': [],
  'packages/docker-utils': ['container-core'],
  'packages/driver-memory': ['container-core'],
  'packages/driver-docker': ['container-core', 'docker-utils'],
  'packages/driver-ecs': ['container-core', 'docker-utils'],
  'packages/test-engines': ['container-core'],
};

/** SDK clients that only the feature that needs them may load, hence never by a static import. */
const loadedOnDemand = ['@aws-sdk/client-ec2', '@aws-sdk/client-cloudwatch-logs', 'axios'];

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

const isTest = (file: string) => /\.(test|test-d|full)\.ts$/.test(file) || file.includes('/test-support/');

function importsOf(file: string): Import[] {
  // Without comments, which may show how a package is used.
  const text = readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const statements = [...text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm)].map((match) => ({
    specifier: match[2] ?? '',
    typeOnly: match[1] !== undefined,
    dynamic: false,
  }));
  const bare = [...text.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm)].map((match) => ({
    specifier: match[1] ?? '',
    typeOnly: false,
    dynamic: false,
  }));
  const calls = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map((match) => ({
    specifier: match[1] ?? '',
    typeOnly: false,
    dynamic: true,
  }));
  return [...statements, ...bare, ...calls];
}

describe.each(Object.entries(allowed))('%s', (folder, mayImport) => {
  const files = sourceFiles(`${folder}/src`).filter((file) => !isTest(file));

  it('imports only what lies below it', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('@cloud/'))
        .filter(({ specifier }) => !mayImport.includes(specifier.split('/')[1] ?? ''))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(upward).toEqual([]);
  });

  it('does not reach into another package by a path', () => {
    const reaching = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter(({ specifier }) => !join(file, '..', specifier).startsWith(`${folder}/src/`))
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(reaching).toEqual([]);
  });

  it('loads heavy clients only on demand', () => {
    const eager = files.flatMap((file) =>
      importsOf(file)
        .filter((found) => loadedOnDemand.includes(found.specifier) && !found.typeOnly && !found.dynamic)
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(eager).toEqual([]);
  });
});

it('core has no runtime dependency', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/container-core/package.json'), 'utf8'));
  expect(manifest.dependencies ?? {}).toEqual({});
  const foreign = sourceFiles('packages/container-core/src')
    .filter((file) => !isTest(file))
    .flatMap((file) => importsOf(file).map(({ specifier }) => specifier))
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'));
  expect(foreign).toEqual([]);
});

/** The files that every driver has, as the guide for authors of drivers lists them. */
const driverFiles = [...readFileSync(join(root, 'ADDING-A-DRIVER.md'), 'utf8').matchAll(/^\| `([a-z.-]+\.ts)` +\|/gm)].map(
  ([, name = '']) => name,
);

describe.each(Object.keys(allowed).filter((folder) => folder.startsWith('packages/driver-')))('%s', (folder) => {
  it('has the files that ADDING-A-DRIVER.md names', () => {
    expect(driverFiles).toContain('driver.ts');
    expect(driverFiles.filter((name) => !existsSync(join(root, folder, 'src', name)))).toEqual([]);
  });

  it('maps without asking anybody', () => {
    const maps = sourceFiles(`${folder}/src`).filter((file) => /\/map-[a-z-]+\.ts$/.test(file));
    expect(maps.length).toBeGreaterThan(3);
    expect(maps.filter((file) => /\b(async|await|Promise)\b/.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});

describe('apps/playground', () => {
  /** Files that may reach the streams themselves, and why; all other text goes through `Output`, which neutralises it. */
  const raw: readonly string[] = [
    'main.ts', // passes the streams of the process on
    'session/session.ts', // passes them to Output
    'session/interruption.ts', // listens to their errors
    'commands/exec.ts', // what the container writes, as with docker
    'commands/cp.ts', // a tar archive
    'commands/trust.ts', // readline draws the question
    'commands/shell.ts', // readline draws the prompt and what is typed
  ];
  const files = sourceFiles('apps/playground/src').filter((file) => !isTest(file) && !file.includes('/src/output/'));

  it('writes to no stream outside of its output', () => {
    const writing = /\bconsole\.|\bprocess\.(stdout|stderr)\b|\bstreams\b(?!')|\b(stdout|stderr)\.write\(/;
    const outside = files
      .filter((file) => !raw.includes(file.slice('apps/playground/src/'.length)))
      .filter((file) => writing.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
    expect(outside).toEqual([]);
  });

  it('makes trusted text only in its output', () => {
    expect(files.filter((file) => readFileSync(join(root, file), 'utf8').includes('.trusted('))).toEqual([]);
  });
});
