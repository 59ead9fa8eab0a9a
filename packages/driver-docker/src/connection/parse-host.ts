import { ContainerError, type TlsOptions } from '@cloud/container-core';
import { type EngineEndpoint, socketEndpoint, sshEndpoint, tcpEndpoint } from './engine-endpoint.js';

const TCP_PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an engine's address as `DOCKER_HOST` has it: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`,
 * `http(s)://host:port`, `ssh://user@host:port`, `fd://` excluded.
 */
export function parseHost(address: string, tls?: TlsOptions, sshProgram?: string): EngineEndpoint {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(address) ?? [];
  if (scheme === 'unix') {
    if (!rest.startsWith('/') || rest.includes('\0'))
      throw invalid('a unix address has an absolute path, such as unix:///var/run/docker.sock');
    return socketEndpoint(rest);
  }
  if (scheme === 'npipe') return socketEndpoint(rest.replaceAll('/', '\\'));
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme)) {
    throw invalid('it must begin with unix://, npipe://, tcp:// or ssh://');
  }
  let url: URL;
  try {
    // Not as http: that has a default port of its own, which the parser drops.
    url = new URL(`tcp://${rest}`);
  } catch {
    // The parser's message repeats the text, which may hold a secret.
    throw invalid(`after ${scheme}:// it must have a host`);
  }
  if (url.password !== '') throw invalid('it must not carry a password');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? undefined : Number(url.port);
  if (host === '') throw invalid(`after ${scheme}:// it must have a host`);
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') throw invalid('nothing may follow the port');
  if (scheme === 'ssh') {
    return sshEndpoint(
      { host, ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }), ...(port === undefined ? {} : { port }) },
      sshProgram,
    );
  }
  if (url.username !== '') throw invalid('it must not carry a user name');
  const secured = tls ?? (scheme === 'https' ? {} : undefined);
  return tcpEndpoint(host, port ?? (secured === undefined ? TCP_PORT : TLS_PORT), secured);
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: this is not the address of an engine: ${why}.`, { operation: 'connect' });
}
