import { builtin } from './builtin.js';
import { systemLimitError } from './system-limit.js';

/** More than Node opens at once while it loads a package. */
const FILES_TO_LOAD = 24;

/**
 * Returns a function that loads a module at its first use: `lazyModule(() => import('./driver.js'))`.
 *
 * Node remembers that a module could not be loaded, also when only no file was left, and fails every later `import()` of it. So nothing is
 * loaded before enough files are free; until then each use throws `capacity`, which is retryable.
 */
export function lazyModule<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loading: Promise<Module> | undefined;
  return () => {
    loading ??= loadWithFiles(load).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** Loads what the caller's function loads, if enough files are free for that. */
export async function loadWithFiles<Module>(load: () => Module | Promise<Module>): Promise<Module> {
  try {
    checkFreeFiles();
    return await load();
  } catch (error) {
    throw systemLimitError(error) ?? error;
  }
}

function checkFreeFiles(): void {
  const { closeSync, openSync } = builtin('node:fs');
  const files: number[] = [];
  try {
    while (files.length < FILES_TO_LOAD) files.push(openSync(process.execPath, 'r'));
  } finally {
    for (const file of files) closeSync(file);
  }
}
