import { isDigest, isRepository, isTag } from '@cloud/container-core';
import type { Check, Refuse } from '@cloud/container-core/driver-kit';

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

/** Checks a repository that is given as an option. */
export const repositoryOption: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && isRepository(value) ? value : refuse(field, 'a repository such as "library/nginx"', value);

export function tagArgument(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && isTag(value) ? value : refuse('tag', 'a tag such as "1.27"', value);
}

export function referenceArgument(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && (isTag(value) || isDigest(value)) ? value : refuse('reference', 'a tag or a digest', value);
}
