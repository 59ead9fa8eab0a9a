import { ContainerError } from '@cloud/container-core';
import { describeValue } from '@cloud/container-core/driver-kit';
import type { Descriptor, Manifest, Platform } from './manifest.js';

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm', arm64: 'arm64' };

/** Linux on this machine's processor: what an engine here would run. */
export function hostPlatform(): string {
  return `linux/${GO_ARCHITECTURES[process.arch] ?? process.arch}`;
}

const PLATFORM = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/;

/** Reads `os/architecture[/variant]`. */
export function parsePlatform(text: string): Platform {
  const match = PLATFORM.exec(text);
  if (match === null) {
    throw new ContainerError(
      'invalid-argument',
      `platform must be os/architecture[/variant] such as linux/arm64, not ${describeValue('platform', text)}.`,
    );
  }
  const [, os = '', architecture = '', variant] = match;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/**
 * The manifest of an index for a platform. Without a variant an arm64 is a v8, an arm a v7 and an amd64 a v1 (as containerd has it); a
 * processor also runs what is for an older variant, the newest of those first.
 *
 * `not-found`, naming the platforms that there are.
 */
export function selectPlatform(index: Manifest, text: string): Descriptor {
  const wanted = parsePlatform(text);
  const candidates = index.manifests.filter(({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture);
  const [found] = candidates
    .filter(({ platform }) => platform !== undefined && runsOn(platform, wanted))
    .sort((left, right) => versionOf(right.platform) - versionOf(left.platform));
  if (found !== undefined) return found;
  if (wanted.variant === undefined && candidates[0] !== undefined) return candidates[0];
  const known = index.manifests.flatMap(({ platform }) => (platform === undefined ? [] : [platformText(platform)]));
  throw new ContainerError('not-found', `${index.digest} has no image for ${text}; it has ${known.join(', ') || 'no platforms'}.`);
}

/** Whether an image for a platform runs on another one. */
export function runsOn(own: Platform, wanted: Platform): boolean {
  if (own.os !== wanted.os || own.architecture !== wanted.architecture) return false;
  return variantOf(own) === variantOf(wanted) || versionOf(own) < versionOf(wanted);
}

/** The platform that an image's config names; `undefined` when it names none. */
export function imagePlatform({ os, architecture, variant }: Record<string, unknown>): Platform | undefined {
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === '') return undefined;
  return { os, architecture, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}

export function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}

function variantOf(platform: Platform | undefined): string {
  const implied: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };
  return platform?.variant ?? implied[platform?.architecture ?? ''] ?? '';
}

/** 7 of a `v7`; not a number for variants of another kind, which only fit exactly. */
function versionOf(platform: Platform | undefined): number {
  return Number(/^v(\d+(?:\.\d+)?)$/.exec(variantOf(platform))?.[1] ?? Number.NaN);
}
