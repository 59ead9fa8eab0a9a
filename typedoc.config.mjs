import { readdirSync, readFileSync } from 'node:fs';

/** The manifests of the published packages, by the folders of the workspace. */
const published = readdirSync(new URL('packages/', import.meta.url))
  .map((name) => [`packages/${name}`, JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, import.meta.url), 'utf8'))])
  .filter(([, { private: unpublished }]) => unpublished !== true);

/** The source of each entry point that a package exports: `./testing` is `src/testing/index.ts`. */
const entryPoints = published.flatMap(([folder, { exports }]) =>
  Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `${folder}/src${path.slice(1)}/index.ts`),
);

/** All options that do not depend on the packages are in typedoc.json. */
export default {
  extends: ['./typedoc.json'],
  entryPoints,
  packagesRequiringDocumentation: published.map(([, { name }]) => name),
};
