import { ContainerError } from '../errors/container-error.js';

/** An image reference in its parts. */
export interface ImageReference {
  /** The registry's host as people write it, such as `docker.io` or `localhost:5000`. */
  readonly registry: string;
  /** The path in the registry, such as `library/nginx`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Whole and explicit: `docker.io/library/nginx:1.27`; `:latest` when neither tag nor digest was given. */
  readonly canonical: string;
  /** As the docker CLI shows it: `nginx:1.27`. */
  readonly familiar: string;
}

const HUB = 'docker.io';
const HUB_HOSTS: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

// The grammar of distribution/reference (github.com/distribution/reference/blob/main/regexp.go).
const DOMAIN_NAME =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::(\d{1,5}))?$/;
const DOMAIN_IPV6 = /^\[(?:[a-fA-F0-9:]+)\](?::(\d{1,5}))?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

const MAX_NAME_LENGTH = 255;
const MAX_REFERENCE_LENGTH = 1024;

/** Whether a text is a digest that can safely stand in a URL and a path. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** Whether a text is a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether a text is a repository path such as `library/nginx`. */
export function isRepository(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && text.split('/').every((component) => PATH_COMPONENT.test(component));
}

/** Whether a text is a registry host, with or without a port. */
export function isRegistryHost(text: string): boolean {
  const match = DOMAIN_NAME.exec(text) ?? DOMAIN_IPV6.exec(text);
  return match !== null && (match[1] === undefined || (Number(match[1]) > 0 && Number(match[1]) <= 65_535));
}

/** The first part of a name is a host only if it looks like one (docs.docker.com/reference/cli/docker/image/tag). */
function looksLikeHost(part: string): boolean {
  return part.includes('.') || part.includes(':') || part === 'localhost' || part !== part.toLowerCase();
}

/**
 * Reads an image reference as the docker CLI does.
 *
 * `nginx` is `docker.io/library/nginx:latest`. A reference may carry both a tag and a digest. Throws `invalid-argument`
 * for what is not one, a bare image id (64 hexadecimal digits) included.
 *
 * ```ts
 * parseReference('ubuntu:24.04').canonical; // 'docker.io/library/ubuntu:24.04'
 * ```
 */
export function parseReference(text: string): ImageReference {
  if (typeof text !== 'string' || text === '') throw invalid(text, 'it is empty');
  if (text.length > MAX_REFERENCE_LENGTH) throw invalid(text, `it is longer than ${MAX_REFERENCE_LENGTH} characters`);
  let rest = text;

  let digest: string | undefined;
  const at = rest.indexOf('@');
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!isDigest(digest)) throw invalid(text, 'its digest is not sha256:, sha384: or sha512: with lower-case hexadecimal digits');
  }

  let tag: string | undefined;
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/') && !rest.endsWith(']')) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!isTag(tag)) throw invalid(text, 'its tag may have only letters, digits, _ . and -, 128 at most, and must not begin with . or -');
  }

  let registry = HUB;
  const slash = rest.indexOf('/');
  if (slash >= 0 && looksLikeHost(rest.slice(0, slash))) {
    registry = rest.slice(0, slash);
    rest = rest.slice(slash + 1);
    if (!isRegistryHost(registry)) throw invalid(text, 'the part before its first / is not a registry host');
    if (HUB_HOSTS.has(registry.toLowerCase())) registry = HUB;
  }
  if (registry === HUB && rest !== '' && !rest.includes('/')) {
    if (/^[a-f0-9]{64}$/.test(rest)) throw invalid(text, 'it is an image id, not a name');
    rest = `library/${rest}`;
  }
  if (!isRepository(rest)) throw invalid(text, 'a repository has lower-case letters and digits, parted by / . _ or -');
  return imageReference(registry, rest, tag, digest);
}

/** Puts a reference together from parts that are known to be right. */
function imageReference(registry: string, repository: string, tag: string | undefined, digest: string | undefined): ImageReference {
  const effectiveTag = tag ?? (digest === undefined ? 'latest' : undefined);
  const suffix = `${effectiveTag === undefined ? '' : `:${effectiveTag}`}${digest === undefined ? '' : `@${digest}`}`;
  const short = repository.startsWith('library/') && repository.split('/').length === 2 ? repository.slice('library/'.length) : repository;
  return {
    registry,
    repository,
    ...(effectiveTag === undefined ? {} : { tag: effectiveTag }),
    ...(digest === undefined ? {} : { digest }),
    canonical: `${registry}/${repository}${suffix}`,
    familiar:
      registry === HUB
        ? `${looksLikeHost(short.split('/')[0] ?? '') && short.includes('/') ? `${HUB}/` : ''}${short}${suffix}`
        : `${registry}/${repository}${suffix}`,
  };
}

/** Text in front of an @ is not shown: it may be a user and a password. */
function invalid(text: unknown, why: string): ContainerError {
  const isShown = typeof text === 'string' && text.length <= MAX_REFERENCE_LENGTH && !/@(?!sha\d+:)|:\/\//.test(text);
  const shown = isShown ? JSON.stringify(text) : typeof text === 'string' ? `A string of ${text.length} characters` : `A ${typeof text}`;
  return new ContainerError('invalid-argument', `${shown} is not an image reference: ${why}.`);
}
