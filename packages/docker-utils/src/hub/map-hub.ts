import { ContainerError, type Image, imageFromReference, isDigest, isTag } from '@cloud/container-core';

/** A repository on Docker Hub. */
export interface HubRepository {
  /** `library` for official images. */
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly isOfficial: boolean;
  readonly starCount: number;
  readonly pullCount: number;
  readonly updatedAt?: Date;
}

/** One platform of a tag. */
export interface HubTagImage {
  readonly digest?: string;
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly sizeBytes: number;
}

/** A tag on Docker Hub. */
export interface HubTag {
  readonly name: string;
  /** Of the index, or of the only image. */
  readonly digest?: string;
  readonly sizeBytes?: number;
  readonly updatedAt?: Date;
  readonly images: readonly HubTagImage[];
}

type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

function date(value: unknown): Date | undefined {
  const parsed = new Date(text(value) ?? Number.NaN);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

export function mapRepository(document: Json): HubRepository {
  const namespace = text(document['namespace']);
  const name = text(document['name']);
  if (namespace === undefined || name === undefined) throw notUnderstood('repository');
  const updatedAt = date(document['last_updated']);
  return {
    namespace,
    name,
    description: text(document['description']) ?? '',
    isPrivate: document['is_private'] === true,
    isOfficial: namespace === 'library',
    starCount: count(document['star_count']),
    pullCount: count(document['pull_count']),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

/** A hit of a search; `repo_name` is `owner/name`, or `name` for an official image. */
export function mapSearchResult(document: Json): HubRepository {
  const path = text(document['repo_name']);
  if (path === undefined) throw notUnderstood('search result');
  const slash = path.lastIndexOf('/');
  return {
    namespace: slash < 0 ? 'library' : path.slice(0, slash),
    name: path.slice(slash + 1),
    description: text(document['short_description']) ?? '',
    isPrivate: false,
    isOfficial: document['is_official'] === true,
    starCount: count(document['star_count']),
    pullCount: count(document['pull_count']),
  };
}

export function mapTag(document: Json): HubTag {
  const name = text(document['name']);
  if (name === undefined || !isTag(name)) throw notUnderstood('tag');
  const digest = digestOf(document['digest']);
  const updatedAt = date(document['last_updated']);
  const size = document['full_size'];
  return {
    name,
    ...(digest === undefined ? {} : { digest }),
    ...(typeof size === 'number' ? { sizeBytes: size } : {}),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    images: (Array.isArray(document['images']) ? document['images'] : []).map((image) => mapTagImage(Object(image))),
  };
}

function mapTagImage(document: Json): HubTagImage {
  const digest = digestOf(document['digest']);
  const variant = text(document['variant']);
  return {
    ...(digest === undefined ? {} : { digest }),
    os: text(document['os']) ?? 'unknown',
    architecture: text(document['architecture']) ?? 'unknown',
    ...(variant === undefined ? {} : { variant }),
    sizeBytes: count(document['size']),
  };
}

function digestOf(value: unknown): string | undefined {
  const digest = text(value);
  return digest !== undefined && isDigest(digest) ? digest : undefined;
}

/** The image that a tag names, deployable with any driver. */
export function mapImage(namespace: string, repository: string, tag: HubTag): Image {
  return imageFromReference(`docker.io/${namespace}/${repository}:${tag.name}`, {
    ...(tag.digest === undefined ? {} : { digest: tag.digest }),
    ...(tag.sizeBytes === undefined ? {} : { sizeBytes: tag.sizeBytes }),
    ...(tag.updatedAt === undefined ? {} : { createdAt: tag.updatedAt }),
  });
}

function notUnderstood(what: string): ContainerError {
  return new ContainerError('unavailable', `Docker Hub's description of a ${what} was not understood.`);
}
