import { ContainerError } from '../errors/container-error.js';
import { builtin } from './builtin.js';

/**
 * Returns the home folder that belongs to an environment: `HOME` (on Windows `USERPROFILE`), else the one of the account.
 *
 * Everything that is read from the home folder (docker contexts, credentials, sockets) must use it, so that one environment leads to one
 * configuration. A relative value would mean the working directory, whose files are not the user's own: it is ignored.
 */
export function homeFolder(environment: NodeJS.ProcessEnv): string {
  const { isAbsolute } = builtin('node:path');
  const named = environment[process.platform === 'win32' ? 'USERPROFILE' : 'HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  try {
    // Not homedir(), which reads the variables of this process.
    return builtin('node:os').userInfo().homedir;
  } catch {
    // An account without an entry, as in containers with a random user id.
    return builtin('node:path').parse(process.execPath).root;
  }
}

/**
 * Returns the folder of the docker CLI's configuration: `DOCKER_CONFIG`, else `.docker` in the {@link homeFolder}. Throws `invalid-argument` for
 * a relative `DOCKER_CONFIG`.
 */
export function dockerConfigFolder(environment: NodeJS.ProcessEnv): string {
  return directoryVariable('DOCKER_CONFIG', environment) ?? builtin('node:path').join(homeFolder(environment), '.docker');
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
