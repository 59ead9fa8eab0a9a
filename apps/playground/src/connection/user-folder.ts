import { isAbsolute, join } from 'node:path';
import { homeFolder } from '@cloud/container-core/driver-kit';

/** A folder of the user's own for this program: `config` for what the user decides, `state` for what it remembers. */
export function userFolder(kind: 'config' | 'state', environment: NodeJS.ProcessEnv): string {
  const given = kind === 'config' ? environment['XDG_CONFIG_HOME'] : environment['XDG_STATE_HOME'];
  if (isUsable(given)) return join(given, 'cloud-container');
  const applicationData = environment['APPDATA'];
  if (kind === 'config' && process.platform === 'win32' && isUsable(applicationData)) return join(applicationData, 'cloud-container');
  return join(homeFolder(environment), ...(kind === 'config' ? ['.config'] : ['.local', 'state']), 'cloud-container');
}

/** A relative path would lead into the working directory; the XDG specification has such a value ignored. */
function isUsable(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path);
}
