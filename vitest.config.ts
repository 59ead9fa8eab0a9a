import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run on the sources, so that a failing line is the line to mend. */
const alias = [
  { find: /^@cloud\/container-core\/(driver-kit|testing)$/, replacement: source('./packages/container-core/src/$1/index.ts') },
  { find: /^@cloud\/([a-z-]+)$/, replacement: source('./packages/$1/src/index.ts') },
];

const shared = {
  // They end what hangs; a busy machine may be ten times slower than an idle one.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
  // An engine killed on purpose must not take other files' sockets with it.
  pool: 'forks' as const,
  // In this order: moto is kept beside the folder of a run.
  globalSetup: [source('./tests/support/prepare-moto.ts'), source('./tests/support/leak-check.ts')],
};
const everywhere = ['packages/*/src', 'apps/*/src', 'examples', 'tests'];

/** The tests that use fast-check. */
function propertyTests(): string[] {
  return ['packages', 'apps', 'tests'].flatMap((folder) =>
    readdirSync(source(`./${folder}`), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
      .map((path) => `${folder}/${path}`)
      .filter((path) => readFileSync(source(`./${path}`), 'utf8').includes("from 'fast-check'")),
  );
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: { ...shared, name: 'all', include: everywhere.map((folder) => `${folder}/**/*.test.ts`) },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'full',
          // The long rows: `npm run test:full`.
          include: process.env['TEST_SIZE'] === 'full' ? everywhere.map((folder) => `${folder}/**/*.full.ts`) : [],
          testTimeout: 900_000,
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'soak',
          // Random faults, and the property tests with many runs: `npm run test:soak`.
          include: process.env['TEST_SIZE'] === 'soak' ? [...everywhere.map((folder) => `${folder}/**/*.soak.ts`), ...propertyTests()] : [],
          setupFiles: [source('./tests/support/property-runs.ts')],
          testTimeout: 3_600_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            tsconfig: './tsconfig.json',
            include: everywhere.map((folder) => `${folder}/**/*.test-d.ts`),
          },
        },
      },
    ],
  },
});
