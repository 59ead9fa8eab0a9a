import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCycles, readImports } from './support/import-cycles.js';
import { driverPackages, root, workspacePackages } from './support/public-packages.js';

/** What the packages that are no drivers, or need less than a driver may, import from the others: dependencies point down only. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'packages/container-core': [],
  'packages/docker-utils': ['container-core'],
  'packages/driver-memory': ['container-core'],
  'packages/aws-fake': [],
  'packages/test-engines': ['container-core'],
};

/** Every package with what it may import; drivers never import each other. */
const allowed = workspacePackages.map(
  ({ folder }) =>
    [folder, exceptions[folder] ?? (folder.startsWith('packages/driver-') ? ['container-core', 'docker-utils'] : [])] as const,
);

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

describe.each(allowed)('%s', (folder, mayImport) => {
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

/** Every workspace package and app that has sources. */
const sourceFolders = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}/src`)
    .filter((folder) => existsSync(join(root, folder))),
);

/** The imports of a package's own files; tests may import whatever they test. */
const importsIn = (folder: string) => readImports(join(root, folder), (file) => !isTest(`/${file}`));

describe.each(sourceFolders)('%s', (folder) => {
  it('has no import cycle between files or between folders', () => {
    expect(importsIn(folder).length).toBeGreaterThan(3);
    expect(importCycles(importsIn(folder))).toEqual([]);
  });
});

describe('importCycles', () => {
  /** `a/b.ts > c.ts`: the first one imports the second one. */
  const cycles = (...imports: string[]) =>
    importCycles(
      imports.map((each) => {
        const [importer = '', imported = ''] = each.split(' > ');
        return { importer, imported };
      }),
    ).map((each) => each.replace(' imports ', ' > '));

  it('finds nothing when imports only point down', () => {
    expect(
      cycles('driver.ts > tasks/run.ts', 'tasks/run.ts > tasks/stop.ts', 'tasks/stop.ts > labels.ts', 'driver.ts > labels.ts'),
    ).toEqual([]);
  });

  it('finds two files when they import each other', () => {
    const circle = ['a.ts > b.ts', 'b.ts > a.ts'];
    expect(cycles('index.ts > a.ts', ...circle, 'b.ts > c.ts')).toEqual(circle);
  });

  it('finds three files when they import each other in a circle, wherever they lie', () => {
    const circle = ['x/a.ts > y/b.ts', 'y/b.ts > y/z/c.ts', 'y/z/c.ts > x/a.ts'];
    expect(cycles('index.ts > x/a.ts', ...circle, 'y/b.ts > leaf.ts')).toEqual([circle[0], circle[2]]);
  });

  it('finds two folders when they import each other through different files', () => {
    const circle = ['images/remove.ts > containers/list.ts', 'containers/deploy.ts > images/install.ts'];
    expect(cycles(...circle, 'containers/deploy.ts > client/send.ts', 'images/remove.ts > client/send.ts')).toEqual(circle);
  });

  it('finds three folders when they import each other in a circle', () => {
    const circle = ['a/1.ts > b/1.ts', 'b/2.ts > c/1.ts', 'c/2.ts > a/2.ts'];
    expect(cycles(...circle)).toEqual(circle);
  });

  it('finds a file and a folder beside it when they import each other', () => {
    const circle = ['session.ts > network/subnets.ts', 'network/plan.ts > session.ts'];
    expect(cycles(...circle)).toEqual(circle);
  });

  it('finds subfolders when they import each other inside one folder', () => {
    const circle = ['kit/validate/names.ts > kit/peer/watch.ts', 'kit/peer/agent.ts > kit/validate/values.ts'];
    expect(cycles('kit/define.ts > kit/validate/names.ts', ...circle)).toEqual(circle);
  });

  it('reads static, type-only, re-exported and dynamic imports of real files', () => {
    const imports = readImports(join(root, 'packages/driver-ecs/src'), (file) => !isTest(`/${file}`));
    const has = (importer: string, imported: string) => imports.some((each) => each.importer === importer && each.imported === imported);
    expect(has('tasks/run-task.ts', 'tasks/stop-task.ts')).toBe(true);
    expect(has('tasks/run-task.ts', 'session/session.ts')).toBe(true);
    expect(has('index.ts', 'factory.ts')).toBe(true);
    expect(has('factory.ts', 'driver.ts')).toBe(true);
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

/**
 * The folders of each driver from top to bottom: code imports only folders of later lines. The files beside the folders stand where their imports
 * put them: `driver.ts` and `extension.ts` above all folders, what has no imports of its own below them.
 */
const layers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'packages/driver-memory': [['groups'], ['engine'], ['programs']],
  'packages/driver-docker': [['events', 'exec'], ['logs'], ['containers'], ['images'], ['files', 'stats'], ['transport'], ['connection']],
  'packages/driver-ecs': [
    // Destroying a cluster takes its services, tasks and definitions along.
    ['clusters'],
    ['containers', 'services'],
    ['images', 'logs'],
    // One task: how it is run, found, listed, stopped, mapped, and known to be destroyed.
    ['tasks'],
    ['definitions'],
    ['network'],
    // What the calls of one connection share, and what is remembered between them.
    ['session'],
    // The AWS SDK: requests, pages, pauses.
    ['client'],
  ],
};

describe.each(driverPackages)('$folder', ({ folder }) => {
  const order = layers[folder] ?? [];
  const layerOf = (file: string) => order.findIndex((layer) => layer.includes(file.split('/')[0] ?? ''));

  it('has a layer for each of its folders', () => {
    const folders = readdirSync(join(root, folder, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['fixtures', 'test-support'].includes(entry.name))
      .map(({ name }) => name);
    expect(order.flat().sort()).toEqual(folders.sort());
  });

  it('imports only folders of lower layers', () => {
    const upward = importsIn(`${folder}/src`)
      .filter(({ importer, imported }) => importer.includes('/') && imported.includes('/'))
      .filter(({ importer, imported }) => importer.split('/')[0] !== imported.split('/')[0])
      .filter(({ importer, imported }) => layerOf(importer) >= layerOf(imported))
      .map(({ importer, imported }) => `${importer} imports ${imported}`);
    expect(upward).toEqual([]);
  });

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
