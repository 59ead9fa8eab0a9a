import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Identity } from '../identity.js';
import { ServiceError } from '../wire/service-error.js';
import { type Manifest, parseManifest } from './manifest.js';

export interface StoredImage {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly pushedAt: number;
  readonly tags: Set<string>;
}

export interface Repository {
  readonly name: string;
  readonly createdAt: number;
  readonly mutability: string;
  readonly tags: Map<string, string>;
  /** By digest. */
  readonly images: Map<string, StoredImage>;
}

export interface EcrKnobs {
  /** Where `docker login` goes: the URL of a real registry, or AWS's own name when there is none behind the fake. */
  proxyEndpoint: string;
  /** The password in the tokens, which the registry behind must take for the user AWS. */
  password: string;
  tokenLifetimeMs: number;
}

/** ECR's private registry of the account. */
export class ImageStore {
  readonly repositories = new Map<string, Repository>();
  readonly knobs: EcrKnobs;
  readonly registryId: string;
  readonly #clock: Clock;

  constructor(identity: Identity, clock: Clock, knobs: Partial<EcrKnobs> = {}) {
    this.registryId = identity.accountId;
    this.#clock = clock;
    this.knobs = {
      proxyEndpoint: `https://${identity.accountId}.dkr.ecr.${identity.region}.amazonaws.com`,
      password: randomBytes(24).toString('base64url'),
      tokenLifetimeMs: 12 * 3_600_000,
      ...knobs,
    };
  }

  createRepository(name: string, mutability = 'MUTABLE'): Repository {
    if (this.repositories.has(name)) {
      const message = `The repository with name '${name}' already exists in the registry with id '${this.registryId}'`;
      throw new ServiceError('RepositoryAlreadyExistsException', message);
    }
    const repository: Repository = { name, createdAt: this.#clock.now(), mutability, tags: new Map(), images: new Map() };
    this.repositories.set(name, repository);
    return repository;
  }

  requireRepository(name: string): Repository {
    const repository = this.repositories.get(name);
    if (repository === undefined) {
      const message = `The repository with name '${name}' does not exist in the registry with id '${this.registryId}'`;
      throw new ServiceError('RepositoryNotFoundException', message);
    }
    return repository;
  }

  /** Stores an image under the digest of its manifest, with a tag or without; a tag moves to it from another image. */
  addImage(repository: Repository, manifestText: string, tag?: string, mediaType?: string): StoredImage {
    const digest = `sha256:${createHash('sha256').update(manifestText).digest('hex')}`;
    const image = repository.images.get(digest) ?? {
      digest,
      manifest: parseManifest(manifestText, mediaType),
      pushedAt: this.#clock.now(),
      tags: new Set<string>(),
    };
    repository.images.set(digest, image);
    if (tag !== undefined) {
      for (const other of repository.images.values()) other.tags.delete(tag);
      image.tags.add(tag);
    }
    return image;
  }
}
