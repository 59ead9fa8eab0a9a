import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EngineUnavailable } from './unavailable.js';

/** Where Debian keeps engines; a plain user's PATH often lacks the last three. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** PATH for engines that we start: the caller's, and the system folders. */
export function enginePath(): string {
  return [process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', ...systemFolders].join(delimiter);
}

/** The absolute path of a program, or `undefined` when it is not installed. */
function findProgram(name: string): string | undefined {
  return enginePath()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The absolute path of a program; when it is missing, the reason names the Debian package that has it. */
export function requireProgram(name: string, debianPackage: string): string {
  const path = findProgram(name);
  if (path === undefined) {
    throw new EngineUnavailable(`${name} is not installed; on Debian: apt-get install ${debianPackage}`);
  }
  return path;
}
