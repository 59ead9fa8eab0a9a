import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { TlsOptions } from '@cloud/container-core';
import { directoryVariable, dockerConfigFolder, homeFolder } from '@cloud/container-core/driver-kit';
import type { DockerOptions } from '../options.js';
import { currentContextName, readDockerContext, readIfThere } from './docker-context.js';
import { type EngineEndpoint, socketEndpoint } from './engine-endpoint.js';
import { parseHost } from './parse-host.js';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const WINDOWS_PIPE = '\\\\.\\pipe\\docker_engine';

/**
 * Finds the engine as the docker CLI does; reads files, talks to nobody.
 *
 * In this order: `host`, `context`, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of the CLI's configuration, Docker Desktop's
 * socket, the rootless one, `/var/run/docker.sock` (a named pipe on Windows), and at last podman's sockets. No file of the working
 * directory is read: a relative `DOCKER_CONFIG` or `DOCKER_CERT_PATH` is `invalid-argument`, a relative `HOME` or `XDG_RUNTIME_DIR` is ignored.
 */
export async function findDocker(options: DockerOptions): Promise<EngineEndpoint> {
  const environment = options.environment ?? process.env;
  if (options.host !== undefined) return parseHost(options.host, options.tls, options.sshProgram);
  if (options.context !== undefined) return ofContext(options.context, options, environment);
  const host = environment['DOCKER_HOST'];
  if (host !== undefined && host !== '') return parseHost(host, options.tls ?? (await tlsOfEnvironment(environment)), options.sshProgram);
  const context = await currentContextName(environment);
  if (context !== undefined) return ofContext(context, options, environment);
  return socketEndpoint(await wellKnownSocket(environment));
}

async function ofContext(name: string, options: DockerOptions, environment: NodeJS.ProcessEnv): Promise<EngineEndpoint> {
  if (name === 'default') return socketEndpoint(await wellKnownSocket(environment));
  const { host, tls } = await readDockerContext(name, environment);
  return parseHost(host, options.tls ?? tls, options.sshProgram);
}

/** `DOCKER_TLS_VERIFY`, `DOCKER_TLS` and `DOCKER_CERT_PATH` (docs.docker.com/reference/cli/docker/#environment-variables). */
async function tlsOfEnvironment(environment: NodeJS.ProcessEnv): Promise<TlsOptions | undefined> {
  const verify = (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (environment['DOCKER_TLS'] ?? '') === '') return undefined;
  const folder = directoryVariable('DOCKER_CERT_PATH', environment) ?? dockerConfigFolder(environment);
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((file) => readIfThere(join(folder, file))));
  return { ca, cert, key, verify };
}

async function wellKnownSocket(environment: NodeJS.ProcessEnv): Promise<string> {
  if (process.platform === 'win32') return WINDOWS_PIPE;
  const candidates = [
    join(homeFolder(environment), '.docker/run/docker.sock'),
    ...runtimeFolders(environment).map((folder) => join(folder, 'docker.sock')),
    DEFAULT_SOCKET,
    ...podmanSockets(environment),
  ];
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  return DEFAULT_SOCKET;
}

/** Where podman listens: rootless, then root. */
export function podmanSockets(environment: NodeJS.ProcessEnv): string[] {
  return [...runtimeFolders(environment).map((folder) => join(folder, 'podman/podman.sock')), '/run/podman/podman.sock'];
}

/** `XDG_RUNTIME_DIR`, unless it is relative: the XDG specification has such a value ignored. */
function runtimeFolders(environment: NodeJS.ProcessEnv): string[] {
  const { XDG_RUNTIME_DIR: folder } = environment;
  return folder !== undefined && isAbsolute(folder) ? [folder] : [];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    // One that we may not look at is there all the same; connecting to it will say so.
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
}
