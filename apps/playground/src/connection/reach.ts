import { ContainerError } from '@cloud/container-core';
import { maskUserinfo, maskUserinfoIn } from '../output/mask-userinfo.js';
import type { Profile } from './profiles.js';
import { type PlaygroundRegistry, providerOf } from './providers.js';

/** What a profile would reach, without credentials. */
export interface Reach {
  readonly profile: string;
  readonly provider: string;
  readonly url: string;
  /** The machine or service at the other end. */
  readonly host: string;
  /** All options that the driver would get, those of the URL included. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Tells what a profile would reach, as its driver reads its URL; connects to nothing. */
export async function reachOf(profile: string, { url, options: given = {} }: Profile, registry: PlaygroundRegistry): Promise<Reach> {
  const provider = providerOf(url);
  if (provider === undefined) throw invalid(profile, 'names no known provider');
  const fromUrl = url.includes(':') ? (await registry.factory(provider.name)).optionsFromUrl(parsed(profile, url)) : {};
  const options: Readonly<Record<string, unknown>> = { ...fromUrl, ...given };
  return maskUserinfoIn({ profile, provider: provider.name, url: withoutHidden(url), host: hostOf(provider.name, options), options });
}

/** The URL as it is, unless percent signs hide credentials in it: the address in `?endpoint=` may be written with them. */
function withoutHidden(url: string): string {
  const plain = url.replace(/%(3a|2f|40)/gi, decodeURIComponent);
  return maskUserinfo(plain) === plain ? url : plain;
}

function parsed(profile: string, url: string): URL {
  try {
    return new URL(url);
  } catch {
    // The parser's message repeats the text, which may hold a secret.
    throw invalid(profile, 'is not valid');
  }
}

function hostOf(provider: string, options: Readonly<Record<string, unknown>>): string {
  const word = (key: string) => (typeof options[key] === 'string' ? options[key] : undefined);
  if (provider === 'memory') return 'this process';
  if (provider === 'ecs') {
    const endpoints = [word('endpoint'), ...Object.values((options['endpoints'] ?? {}) as Readonly<Record<string, string>>)];
    const named = endpoints.filter((endpoint) => endpoint !== undefined);
    return named.length > 0 ? [...new Set(named)].join(' ') : `Amazon Web Services, ${word('region') ?? 'your default region'}`;
  }
  return word('host') ?? (word('context') === undefined ? `the ${provider} engine of this machine` : `docker context ${word('context')}`);
}

function invalid(profile: string, why: string): ContainerError {
  return new ContainerError('invalid-argument', `trust: the "url" of the profile "${profile}" ${why}.`, { operation: 'trust' });
}
