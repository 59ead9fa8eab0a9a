import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContainerError, type TlsOptions } from '@cloud/container-core';
import { dockerConfigFolder, systemLimitError } from '@cloud/container-core/driver-kit';

/** Where a docker context points. */
export interface DockerContext {
  readonly host: string;
  readonly tls?: TlsOptions;
}

/** The context that the docker CLI would use; `undefined` for its built-in `default`. */
export async function currentContextName(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = environment['DOCKER_CONTEXT'];
  if (named !== undefined && named !== '') return named === 'default' ? undefined : named;
  const text = await readIfThere(join(dockerConfigFolder(environment), 'config.json'));
  if (text === undefined) return undefined;
  const name = (parseJson(text, 'config.json') as { currentContext?: unknown }).currentContext;
  return typeof name === 'string' && name !== '' && name !== 'default' ? name : undefined;
}

/**
 * Reads a context that `docker context create` has stored. `invalid-argument` when there is none of this name.
 *
 * @see https://github.com/docker/cli/blob/master/cli/context/store/store.go for the layout of the folder
 */
export async function readDockerContext(name: string, environment: NodeJS.ProcessEnv): Promise<DockerContext> {
  const folder = join(dockerConfigFolder(environment), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readIfThere(join(folder, 'meta', id, 'meta.json'));
  if (text === undefined) throw invalid(`there is no docker context ${JSON.stringify(name)}; see docker context ls`);
  const endpoint = (parseJson(text, 'meta.json') as { Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } }).Endpoints
    ?.docker;
  if (typeof endpoint?.Host !== 'string') throw invalid(`the docker context ${JSON.stringify(name)} has no address of an engine`);
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readIfThere(join(folder, 'tls', id, 'docker', file))),
  );
  const verify = endpoint.SkipTLSVerify !== true;
  const secured = ca !== undefined || cert !== undefined || !verify;
  return { host: endpoint.Host, ...(secured && endpoint.Host.startsWith('tcp:') ? { tls: { ca, cert, key, verify } } : {}) };
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const limit = systemLimitError(error);
    if (limit !== undefined) throw limit;
    throw new ContainerError('permission-denied', `connect: ${path} can not be read (${code}).`, { operation: 'connect', cause: error });
  }
}

function parseJson(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // The parser's message quotes the file, which may hold credentials.
  }
  throw invalid(`the docker CLI's ${file} is not a JSON object`);
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: ${why}.`, { operation: 'connect' });
}
