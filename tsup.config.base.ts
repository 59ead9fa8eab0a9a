import type { Options } from 'tsup';

/** What every published package is built with: ESM and CJS, with types for both. */
export function packageBuild(entry: Record<string, string>): Options {
  return {
    entry,
    format: ['esm', 'cjs'],
    dts: true,
    // Without splitting each CJS entry would carry its own copy of the shared classes.
    splitting: true,
    sourcemap: false,
    clean: true,
    target: 'node20.19',
    platform: 'node',
    tsconfig: '../../tsconfig.build.json',
    silent: true,
  };
}

/** What a program that is not published is built with: ESM without types. */
export function programBuild(entry: Record<string, string>): Options {
  return { ...packageBuild(entry), format: ['esm'], dts: false };
}
