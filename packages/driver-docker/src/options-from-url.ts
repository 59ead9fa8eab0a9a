import { ContainerError, didYouMean } from '@cloud/container-core';
import type { DockerOptions } from './options.js';

/**
 * Reads `docker:` · `docker:///path.sock` · `docker+tcp://host:2376` · `docker+ssh://user@host`, and the same with `podman`.
 *
 * No option can be given in the query; what looks like a credential is refused, and nothing of the URL is echoed.
 */
export function optionsFromUrl(provider: string, url: URL): DockerOptions {
  if (url.password !== '') throw invalid(provider, 'must not carry a password; use ssh keys or the option tls');
  if (url.search !== '' || url.hash !== '') throw invalid(provider, 'has no query and no fragment; pass options beside the URL');
  // The text itself is read: URL parses hosts of schemes that it does not know less strictly than we must.
  const [, transport, rest = ''] = /^[^:+]+(?:\+([^:]*))?:(.*)$/s.exec(url.href) ?? [];
  if (transport === undefined) {
    if (rest === '') return {};
    const path = /^\/\/(\/.+)$/s.exec(rest)?.[1];
    if (path === undefined)
      throw invalid(
        provider,
        `is ${provider}: alone, ${provider}:///path/to.sock, ${provider}+tcp://host:port or ${provider}+ssh://user@host`,
      );
    return { host: `unix://${decodeURIComponent(path)}` };
  }
  if (transport === 'unix') return { host: `unix://${decodeURIComponent(rest.replace(/^\/\//, ''))}` };
  if (transport === 'tcp' || transport === 'ssh') return { host: `${transport}:${rest}` };
  throw invalid(provider, `has the transport +tcp, +ssh or +unix${didYouMean(transport, ['tcp', 'ssh', 'unix'])}`);
}

function invalid(provider: string, why: string): ContainerError {
  const sentence = `connect: a URL of ${provider} ${why}`;
  return new ContainerError('invalid-argument', sentence.endsWith('?') ? sentence : `${sentence}.`, { provider, operation: 'connect' });
}
