import { ContainerError } from '../../errors/container-error.js';
import { referenceOf } from '../../reference/image-from-reference.js';
import type { ContainerRef } from '../../types/container.js';
import type { Image } from '../../types/image.js';
import { builtin } from '../builtin.js';
import type { Refuse } from './refusal.js';
import { text } from './values.js';

/** The grammar of names that every provider takes: a DNS label (RFC 1123) of two characters or more, since Docker takes no shorter ones. */
const NAME = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

/** The name of a container or cluster. */
export function name(refuse: Refuse, field: string, value: unknown): string {
  if (typeof value === 'string' && NAME.test(value)) return value;
  return refuse(field, 'made of a-z, 0-9 and -, 2 to 63 characters, without a - at its ends', value);
}

/** The name of a service, which begins with a letter: it becomes a host name (RFC 1035, as Kubernetes requires). */
export function serviceName(refuse: Refuse, field: string, value: unknown): string {
  const given = name(refuse, field, value);
  return /^[a-z]/.test(given) ? given : refuse(field, 'a name that begins with a letter', value);
}

/**
 * A name for something deployed without one, such as `nginx-4k1x9d`.
 *
 * With a key it is always the same, so that a provider with unique names can tell a repeated deploy.
 */
export function generateName(repository: string, key?: string): string {
  const base = repository
    .slice(repository.lastIndexOf('/') + 1)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const { createHash, randomBytes } = builtin('node:crypto');
  const bytes = key === undefined ? randomBytes(6) : createHash('sha256').update(key).digest().subarray(0, 6);
  return `${base === '' ? 'container' : base.replace(/-+$/, '')}-${BigInt(`0x${bytes.toString('hex')}`).toString(36)}`;
}

/** The id of a container, cluster or service given as an id or as an object that has one. */
export function idOf(refuse: Refuse, field: string, value: ContainerRef | unknown): string {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : value;
  if (typeof id !== 'string' || id.trim() === '') return refuse(field, 'an id, or an object that has one', value);
  return text(refuse, field, id, 2048);
}

const IMAGE_ID = /^sha256:[a-f0-9]{64}$/;

/** The canonical reference of an image, or the image id (`sha256:…`) that some providers deploy by. */
export function imageReference(refuse: Refuse, field: string, value: Image | string | unknown): string {
  const reference = typeof value === 'object' && value !== null ? (value as { reference?: unknown }).reference : value;
  if (typeof reference !== 'string') return refuse(field, 'an image reference, or an Image that has a reference', value);
  if (IMAGE_ID.test(reference)) return reference;
  try {
    return referenceOf(reference).canonical;
  } catch (error) {
    // Without the beginning, which repeats the value.
    const why = ContainerError.isInstance(error) ? error.message.replace(/^.* is not an image reference: /s, '') : 'it cannot be read';
    return refuse(field, `an image reference such as nginx:1.27 (${why.replace(/\.$/, '')})`);
  }
}
