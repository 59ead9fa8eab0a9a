import { listOf, required, shape, text } from '../wire/checks.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';

export type Tags = Map<string, string>;

export const tagList = listOf(shape({ key: required(text), value: text }));

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checks tags as ECS does: 50 at most, unique keys, no `aws:` prefix, the documented lengths and characters. */
export function readTags(list: readonly { readonly key: string; readonly value?: string | undefined }[] | undefined): Tags {
  const tags: Tags = new Map();
  for (const { key, value = '' } of list ?? []) {
    if (key.length < 1 || key.length > 128 || !ALLOWED.test(key)) throw invalidParameter(`Invalid tag key: ${key.slice(0, 40)}`);
    if (value.length > 256 || !ALLOWED.test(value)) throw invalidParameter(`Invalid value of the tag ${key}.`);
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys with the prefix 'aws:' are reserved.");
    if (tags.has(key)) throw invalidParameter(`Duplicate tag key: ${key}`);
    tags.set(key, value);
  }
  if (tags.size > 50) throw invalidParameter('The number of tags exceeds the limit of 50.');
  return tags;
}

export function addTags(target: Tags, added: Tags): void {
  const merged = new Map([...target, ...added]);
  if (merged.size > 50) throw new ServiceError('LimitExceededException', 'The number of tags exceeds the limit of 50.');
  for (const [key, value] of added) target.set(key, value);
}

export const writeTags = (tags: Tags) => [...tags].map(([key, value]) => ({ key, value }));
