import { ContainerError } from '@cloud/container-core';
import { type Call, header } from '../http/exchange.js';
import { nextPage } from '../http/link-header.js';
import { discard, readBody } from '../http/read-body.js';
import { type Descriptor, digestOf, MAXIMUM_MANIFEST_BYTES, type Manifest, OCI_INDEX, parseManifest } from './manifest.js';
import { getManifest, putManifest } from './manifests.js';
import { type RegistrySession, repositoryScope } from './session.js';

const MAXIMUM_PAGES = 1000;

/** Where referrers are kept by registries without the API (distribution specification, "Referrers tag schema"). */
function fallbackTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

/** What refers to a manifest, through the API or, where there is none, the tag that stands in for it. */
export async function* referrerPages(
  session: RegistrySession,
  repository: string,
  digest: string,
  artifactType: string | undefined,
  call: Call,
): AsyncGenerator<Descriptor[]> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const fits = (descriptor: Descriptor) => artifactType === undefined || descriptor.artifactType === artifactType;
  const seen = new Set<string>();
  let next: URL | undefined = new URL(`/v2/${repository}/referrers/${digest}${query}`, session.main.endpoint.url);
  while (next !== undefined) {
    if (seen.has(next.href) || seen.size === MAXIMUM_PAGES) {
      throw new ContainerError('unavailable', `The referrers of ${digest} go in a circle.`, { retryable: false });
    }
    seen.add(next.href);
    const request = {
      method: 'GET' as const,
      target: next,
      scopes: [repositoryScope(repository, 'pull')],
      accept: [404],
      what: `Reading the referrers of ${digest}`,
    };
    const reply = await session.main.request(request, call);
    if (reply.status === 404) {
      discard(reply);
      yield (await fallbackIndex(session, repository, digest, call)).filter(fits);
      return;
    }
    const index = parseManifest(await readBody(reply, call, MAXIMUM_MANIFEST_BYTES), header(reply, 'content-type'));
    // The filter is the registry's to apply or to ignore, so it is applied here in any case.
    yield index.manifests.filter(fits);
    next = nextPage(header(reply, 'link'), reply.url);
  }
}

async function fallbackIndex(session: RegistrySession, repository: string, digest: string, call: Call): Promise<readonly Descriptor[]> {
  try {
    return (await getManifest(session, repository, fallbackTag(digest), call)).manifests;
  } catch (error) {
    if (ContainerError.isInstance(error) && error.code === 'not-found') return [];
    throw error;
  }
}

/** Adds a manifest to the stand-in tag of its subject, where the registry did not take note of the subject itself. */
export async function noteReferrer(session: RegistrySession, repository: string, manifest: Manifest, call: Call): Promise<void> {
  const { subject, mediaType, digest, bytes, artifactType, config, annotations } = manifest;
  if (subject === undefined) return;
  const others = (await fallbackIndex(session, repository, subject.digest, call)).filter((descriptor) => descriptor.digest !== digest);
  const type = artifactType ?? config?.mediaType;
  const own: Descriptor = { mediaType, digest, size: bytes.length, annotations, ...(type === undefined ? {} : { artifactType: type }) };
  await putFallback(session, repository, subject.digest, [...others, own], call);
}

/** Takes a deleted manifest out of the stand-in tag of its subject, if it is there. */
export async function forgetReferrer(session: RegistrySession, repository: string, manifest: Manifest, call: Call): Promise<void> {
  if (manifest.subject === undefined) return;
  const before = await fallbackIndex(session, repository, manifest.subject.digest, call);
  const after = before.filter(({ digest }) => digest !== manifest.digest);
  if (after.length < before.length) await putFallback(session, repository, manifest.subject.digest, after, call);
}

async function putFallback(
  session: RegistrySession,
  repository: string,
  digest: string,
  manifests: readonly Descriptor[],
  call: Call,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  await putManifest(session, repository, fallbackTag(digest), { mediaType: OCI_INDEX, bytes, digest: digestOf(bytes) }, call);
}
