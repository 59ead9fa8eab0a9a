import { ContainerError, type ImageReference, parseReference } from '@cloud/container-core';
import { RegistryClient } from '@cloud/docker-utils';

/** How to reach a registry; credentials come from where the docker CLI keeps them. */
export interface RegistryFlags {
  /** Plain http also to hosts other than this one. */
  readonly insecure?: boolean;
}

/** Works with a registry client and closes it, however the work ends. */
export async function withRegistry<T>(host: string, { insecure }: RegistryFlags, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const client = new RegistryClient(host, insecure ? { insecure } : {});
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** An image in a registry: where it is, and the tag or digest (`latest` when there is neither). */
export interface ImageInRegistry {
  readonly registry: string;
  readonly repository: string;
  readonly reference: string;
  readonly canonical: string;
}

export function imageInRegistry(text: string): ImageInRegistry {
  const { registry, repository, digest, tag, canonical }: ImageReference = parseReference(text);
  return { registry, repository, reference: digest ?? tag ?? 'latest', canonical };
}

/** Where a copy goes; without a tag it keeps the source's. */
export function copyTarget(text: string, source: ImageInRegistry): ImageInRegistry {
  const target = imageInRegistry(text);
  if (target.reference.includes(':')) {
    throw new ContainerError('invalid-argument', `${text} is not where an image can be copied to: give a tag, not a digest.`);
  }
  const hasTag = /:[^/:@]+$/.test(text);
  if (hasTag || source.reference.includes(':')) return target;
  const { registry, repository } = target;
  return { registry, repository, reference: source.reference, canonical: `${registry}/${repository}:${source.reference}` };
}
