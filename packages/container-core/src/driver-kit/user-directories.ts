import { ContainerError } from '../errors/container-error.js';
import { builtin } from './builtin.js';

/**
 * Returns the user's home directory, always as an absolute path: `HOME`, else what the system knows of the user.
 *
 * Ignores an empty or relative value, which would make a file of the working directory count as the user's own configuration. Throws
 * `invalid-argument` when the system knows no home directory either.
 */
export function homeDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { isAbsolute } = builtin('node:path');
  const { homedir, userInfo } = builtin('node:os');
  const { HOME } = environment;
  if (HOME !== undefined && isAbsolute(HOME)) return HOME;
  try {
    // Returns HOME of this process as it is, empty or relative values included.
    const home = homedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch (cause) {
    throw new ContainerError('invalid-argument', 'The home directory is unknown. Set HOME to an absolute path.', { cause });
  }
}

/**
 * Returns the absolute path in an environment variable that names a directory; `undefined` when it is unset or empty.
 *
 * Throws `invalid-argument` for a relative path: it would lead into the working directory, which may belong to another user.
 */
export function directoryVariable(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const path = environment[name];
  if (path === undefined || path === '') return undefined;
  if (builtin('node:path').isAbsolute(path)) return path;
  throw new ContainerError(
    'invalid-argument',
    `${name} must be an absolute path. Files of the working directory are not read as configuration.`,
  );
}
