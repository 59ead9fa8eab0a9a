import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `apps/benchmarks`, from `dist` as well as from the sources. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** The built program of a contender or server; the benchmarks measure what is built, hence never the sources. */
export function programPath(module: string): string {
  return join(packageRoot, 'dist', `${module}.js`);
}

function findPackageRoot(folder: string): string {
  return /[\\/](dist|src)$/.test(folder) ? dirname(folder) : findPackageRoot(dirname(folder));
}
