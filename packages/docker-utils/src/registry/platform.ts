import { ContainerError } from '@cloud/container-core';
import type { Descriptor, Manifest, Platform } from './manifest.js';

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm: 'arm', arm64: 'arm64' };

/** Linux on this machine's processor: what an engine here would run. */
export function hostPlatform(): string {
  return `linux/${GO_ARCHITECTURES[process.arch] ?? process.arch}`;
}

/** Reads `os/architecture[/variant]`. */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text);
  if (match === null) {
    throw new ContainerError(
      'invalid-argument',
      `platform must be os/architecture[/variant] such as linux/arm64, not ${JSON.stringify(text)}.`,
    );
  }
  const [, os = '', architecture = '', variant] = match;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/**
 * The manifest of an index for a platform. Without a variant, an arm64 is a v8 and an arm a v7 (as containerd has it), else any.
 *
 * `not-found`, naming the platforms that there are.
 */
export function selectPlatform(index: Manifest, text: string): Descriptor {
  const wanted = parsePlatform(text);
  const candidates = index.manifests.filter(({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture);
  const exact = candidates.find(({ platform }) => variantOf(platform) === variantOf(wanted));
  const found = exact ?? (wanted.variant === undefined ? candidates[0] : undefined);
  if (found !== undefined) return found;
  const known = index.manifests.flatMap(({ platform }) => (platform === undefined ? [] : [platformText(platform)]));
  throw new ContainerError('not-found', `${index.digest} has no image for ${text}; it has ${known.join(', ') || 'no platforms'}.`);
}

function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}

function variantOf(platform: Platform | undefined): string {
  const implied: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };
  return platform?.variant ?? implied[platform?.architecture ?? ''] ?? '';
}
