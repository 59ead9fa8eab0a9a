import type { EngineHttpError } from './engine-http-error.js';
import type { EngineRequest } from './engine-request.js';

/**
 * Whether the engine failed because a container's process ended while the engine read about it: podman before 4.4 answers an inspect with
 * 500 "read /proc/69/cgroup: no such process" (github.com/containers/podman/issues/16383). The next look finds the process gone.
 */
export function lookedAtEndingProcess({ status, reason }: EngineHttpError): boolean {
  return status === 500 && /\/proc\/\d+\/\S*: no such (process|file or directory)/.test(reason);
}

/**
 * Whether a request that is made twice does no more than once. To start what has just ended would run it again; a command that is only prepared
 * (`/exec`) does not run yet.
 */
export function isRepeatable({ method, path }: EngineRequest): boolean {
  return (
    method === 'GET' ||
    method === 'HEAD' ||
    method === 'DELETE' ||
    /\/(wait|stop)$|^\/containers\/[^/]+\/exec$|^\/images\/create$/.test(path)
  );
}
