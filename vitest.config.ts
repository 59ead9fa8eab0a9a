import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run on the sources, so that a failing line is the line to mend. */
const alias = [
  { find: /^@cloud\/container-core\/(driver-kit|testing)$/, replacement: source('./packages/container-core/src/$1/index.ts') },
  { find: /^@cloud\/([a-z-]+)$/, replacement: source('./packages/$1/src/index.ts') },
];

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // An engine killed on purpose must not take other files' sockets with it.
  pool: 'forks' as const,
  // In this order: moto is kept beside the folder of a run.
  globalSetup: [source('./tests/support/prepare-moto.ts'), source('./tests/support/leak-check.ts')],
};
const everywhere = ['packages/*/src', 'apps/*/src', 'examples', 'tests'];

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
