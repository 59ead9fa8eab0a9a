import { posix, sep } from 'node:path';
import { refused } from './failures.js';

/** What a command requests of a container, and how the entries of its archive must be named. */
export interface SourcePath {
  /** The name of the requested file or directory; empty when only the contents of a directory are requested. */
  readonly base: string;
}

/** Names that Windows reserves for devices, with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Reads `PATH` of `CONTAINER:PATH`. The contents of a directory are requested by `/.` at the end, as in `docker cp`, and by `/`. */
export function sourcePath(path: string): SourcePath {
  return { base: isContents(path) ? '' : posix.basename(posix.resolve('/', path)) };
}

/** Whether a path names the contents of a directory and not the directory: `/srv/.` does. */
export function isContents(path: string): boolean {
  return path === '' || path === '.' || path.endsWith('/.') || posix.resolve('/', path) === '/';
}

/**
 * The path of an entry below the requested file or directory; empty for the requested one itself.
 *
 * Throws `integrity` unless the name begins with the requested name and stays below it: a container chooses the names, and a file
 * that the user did not request must never reach the target.
 */
export function componentsBelow({ base }: SourcePath, name: string): readonly string[] {
  const isAbsolute = name.startsWith('/');
  const components = name.split('/').filter((component) => component !== '' && component !== '.');
  // Docker names the entries of `/` with a slash in front.
  if ((isAbsolute && base !== '') || components.some(isUnsafe)) {
    throw refused(`the entry ${JSON.stringify(name.slice(0, 200))} leads out of it`);
  }
  if (base === '') return components;
  const [first, ...below] = components;
  if (first !== base) throw refused(`the entry ${JSON.stringify(name.slice(0, 200))} is not part of the requested ${JSON.stringify(base)}`);
  return below;
}

function isUnsafe(component: string): boolean {
  return component === '..' || component.includes('\0') || (sep === '\\' && isUnsafeOnWindows(component));
}

/** On Windows these separate folders, name a drive or a stream of a file, or a device. */
export function isUnsafeOnWindows(component: string): boolean {
  return /[\\:<>"|?*]|[. ]$/.test(component) || WINDOWS_DEVICE.test(component);
}
