import { ContainerError, isRegistryHost } from '@cloud/container-core';
import { describeValue } from '@cloud/container-core/driver-kit';

/** What the docker CLI calls Docker Hub in its configuration, and says to credential helpers. */
const HUB_CONFIG_KEY = 'https://index.docker.io/v1/';
const HUB_NAMES: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** One name for all of Docker Hub's: `docker.io`. Other hosts stay as they are, in lower case. */
export function normalizeRegistryHost(host: string): string {
  if (typeof host !== 'string' || !isRegistryHost(host)) {
    throw new ContainerError(
      'invalid-argument',
      `A registry host must be one such as "docker.io" or "localhost:5000", not ${describeValue('registryHost', host)}.`,
    );
  }
  const lower = host.toLowerCase();
  return HUB_NAMES.has(lower) ? 'docker.io' : lower;
}

/** Under which name the docker CLI stores the credentials of a (normalized) host. */
export function configKeyOf(host: string): string {
  return host === 'docker.io' ? HUB_CONFIG_KEY : host;
}

/** The (normalized) host that a key of the docker configuration is about; older versions wrote URLs. */
export function hostOfConfigKey(key: string): string {
  const host = key.replace(/^https?:\/\//i, '').split('/', 1)[0] ?? '';
  return isRegistryHost(host) ? normalizeRegistryHost(host) : '';
}
