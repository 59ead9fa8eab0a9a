import { isDigest, isRepository, isTag } from '@cloud/container-core';
import type { Refuse } from '@cloud/container-core/driver-kit';
import { isPlatform } from './platform.js';

/** Checks a repository; Docker Hub's official images may be given by their familiar name. */
export function repositoryArgument(refuse: Refuse, host: string, value: unknown): string {
  if (typeof value !== 'string' || !isRepository(value)) {
    return refuse('repository', 'a path in lower case such as "library/nginx", without registry, tag or digest', value);
  }
  return host === 'docker.io' && !value.includes('/') ? `library/${value}` : value;
}

export function digestArgument(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && isDigest(value)
    ? value
    : refuse('digest', 'a digest such as "sha256:" and 64 hexadecimal digits', value);
}

/** Checked before anything is asked for. */
export function platformArgument(refuse: Refuse, value: unknown): void {
  if (value !== undefined && !(typeof value === 'string' && isPlatform(value))) {
    refuse('platform', 'os/architecture[/variant] such as "linux/arm64"', value);
  }
}

export function chunkBytesArgument(refuse: Refuse, value: unknown): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) > 0)) refuse('chunkBytes', 'a whole number above 0', value);
}

export function tagArgument(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && isTag(value) ? value : refuse('tag', 'a tag such as "1.27"', value);
}

export function referenceArgument(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && (isTag(value) || isDigest(value)) ? value : refuse('reference', 'a tag or a digest', value);
}
