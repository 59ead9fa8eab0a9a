import { ContainerError, isRegistryHost, parseReference } from '@cloud/container-core';
import { bareHost, isLoopbackHost } from '../http/address.js';
import { parseUrl } from '../http/parse-url.js';
import { normalizeRegistryHost } from '../keychain/registry-host.js';

/** Where a registry is. */
export interface RegistryEndpoint {
  /** As people write it: `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** Where its API is, without a path. */
  readonly url: URL;
}

/** Docker Hub's API is not where its name says. */
const HUB_API = 'registry-1.docker.io';

/**
 * Reads a registry's host, its URL, or a reference to an image in it.
 *
 * Plain http is for loopback, for `http://…` and for `insecure: true`; everything else is https. `invalid-argument` for what is none of
 * these, and for a URL with credentials in it.
 */
export function registryEndpoint(text: string, insecure: boolean | undefined): RegistryEndpoint {
  if (typeof text !== 'string' || text === '') throw refused('it is empty');
  if (/^https?:\/\//i.test(text)) return endpointOfUrl(text, insecure);
  // Without a slash it is a host if it looks like one, else the familiar name of an image: `nginx`, `nginx:1.27`.
  const isHost = !text.includes('/') && isRegistryHost(text) && /[.:]|^localhost$/i.test(text);
  const host = normalizeRegistryHost(isHost ? text : parseReference(text).registry);
  const url = new URL(`https://${host === 'docker.io' ? HUB_API : host}`);
  if (insecure ?? isLoopbackHost(bareHost(url))) return { host, url: new URL(`http://${url.host}`) };
  return { host, url };
}

function endpointOfUrl(text: string, insecure: boolean | undefined): RegistryEndpoint {
  const url = parseUrl(text);
  if (url === undefined || !isRegistryHost(url.host)) throw refused('it is no URL of a registry');
  if (url.username !== '' || url.password !== '') throw refused('credentials do not belong in it; give them as "credentials"');
  if (!/^\/(?:v2\/?)?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    throw refused('a URL of a registry ends after its host');
  if (insecure === true && url.protocol === 'https:') throw refused('"insecure" and https:// contradict each other');
  const host = normalizeRegistryHost(url.host);
  return { host, url: new URL(host === 'docker.io' ? `https://${HUB_API}` : `${url.protocol}//${url.host}`) };
}

/** The text is not quoted: it may carry a password. */
function refused(why: string): ContainerError {
  return new ContainerError('invalid-argument', `This is not a registry: ${why}.`);
}
