import { ContainerError } from '@cloud/container-core';
import { builtin } from '@cloud/container-core/driver-kit';
import { bareHost, isLoopbackHost } from './address.js';
import { parseUrl } from './parse-url.js';

/**
 * The proxy for a URL by the usual environment variables, `undefined` for none.
 *
 * `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, the lower-case spelling first, with the rules of Go's
 * `httpproxy`: loopback is never proxied; `no_proxy` has `*`, host names (with their subdomains), addresses and networks, each
 * with or without a port.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): URL | undefined {
  // Empty is as good as not set: `HTTPS_PROXY=""` is how scripts switch a proxy off.
  const variable = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined;
  const host = bareHost(url);
  if (isLoopbackHost(host)) return undefined;
  const proxy = variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? variable('all_proxy');
  if (proxy === undefined) return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const excluded = (variable('no_proxy') ?? '').split(',').some((rule) => matches(rule.trim().toLowerCase(), host, port));
  return excluded ? undefined : parseProxy(proxy);
}

function parseProxy(text: string): URL {
  const url = parseUrl(text.includes('://') ? text : `http://${text}`);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    // Not quoted: it may carry a password.
    throw new ContainerError('invalid-argument', 'The proxy in the environment must be an http:// or https:// URL.');
  }
  return url;
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  const [, name = rule, rulePort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(rule) ?? [];
  if (rulePort !== undefined && rulePort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  if (bare.includes('/')) return inNetwork(bare, host);
  const version = builtin('node:net').isIP(bare);
  if (version !== 0) return inNetwork(`${bare}/${version === 4 ? 32 : 128}`, host);
  // ".b.io" and "*.b.io" mean what is below b.io, "b.io" means itself as well.
  const suffix = bare.replace(/^\*(?=\.)/, '');
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function inNetwork(network: string, host: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const { BlockList, isIP } = builtin('node:net');
  const version = isIP(address);
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}

/** The `Proxy-Authorization` of a proxy's URL. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const text = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}
