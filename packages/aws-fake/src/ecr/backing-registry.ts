import { isObject } from '../is-object.js';
import type { ImageStore, Repository } from './image-store.js';

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** A real registry behind the fake: what was pushed there is what ECR's API lists. */
export interface BackingRegistry {
  /** Takes over what the registry holds of the repository. */
  refresh(repository: Repository): Promise<void>;
  deleteImage(repository: Repository, digest: string): Promise<void>;
}

export const noRegistry: BackingRegistry = { refresh: async () => undefined, deleteImage: async () => undefined };

export function backingRegistry(store: ImageStore): BackingRegistry {
  const ask = (path: string, method = 'GET') =>
    fetch(`${store.knobs.proxyEndpoint}/v2/${path}`, {
      method,
      headers: { accept: ACCEPT, authorization: `Basic ${Buffer.from(`AWS:${store.knobs.password}`).toString('base64')}` },
    });

  const take = async (repository: Repository, reference: string, tag: string | undefined): Promise<void> => {
    const reply = await ask(`${repository.name}/manifests/${reference}`);
    if (!reply.ok) throw new Error(`The registry behind the fake answers ${reply.status} for ${repository.name}:${reference}.`);
    const image = store.addImage(repository, await reply.text(), tag, reply.headers.get('content-type') ?? undefined);
    for (const child of image.manifest.children) if (!repository.images.has(child)) await take(repository, child, undefined);
  };

  return {
    async refresh(repository) {
      const reply = await ask(`${repository.name}/tags/list`);
      // Nothing has been pushed to it yet.
      if (reply.status === 404) return;
      const listed: unknown = await reply.json();
      const tags = isObject(listed) && Array.isArray(listed['tags']) ? listed['tags'] : [];
      for (const tag of tags) await take(repository, String(tag), String(tag));
    },
    async deleteImage(repository, digest) {
      await ask(`${repository.name}/manifests/${digest}`, 'DELETE');
    },
  };
}
