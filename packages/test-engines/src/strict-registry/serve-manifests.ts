import { answerJson, type RegistryExchange, readRequestBody, refuse } from './exchange.js';
import { digestOfBytes, type ManifestDocument, type StoredManifest, type StoredRepository } from './storage.js';

export interface ManifestManners {
  readonly immutableTags?: boolean;
  /** With the referrers API a PUT answers `OCI-Subject`; default true. */
  readonly referrersApi?: boolean;
}

export async function serveManifest(
  exchange: RegistryExchange,
  repository: StoredRepository,
  reference: string,
  manners: ManifestManners,
): Promise<void> {
  const { method, request, response } = exchange;
  if (method === 'PUT') return putManifest(exchange, repository, reference, await readRequestBody(request), manners);
  const digest = reference.includes(':') ? reference : (repository.tags.get(reference) ?? '');
  const stored = repository.manifests.get(digest);
  if (stored === undefined) return refuse(exchange, 404, 'MANIFEST_UNKNOWN');
  if (method === 'DELETE') return deleteManifest(exchange, repository, reference, digest);
  if (!(request.headers.accept ?? '').includes(stored.mediaType))
    return refuse(exchange, 404, 'MANIFEST_UNKNOWN', 'its type was not asked for');
  response.writeHead(200, {
    'content-type': stored.mediaType,
    'docker-content-digest': digest,
    'content-length': stored.bytes.length,
  });
  response.end(method === 'HEAD' ? undefined : stored.bytes);
}

function putManifest(
  exchange: RegistryExchange,
  repository: StoredRepository,
  reference: string,
  bytes: Buffer,
  { immutableTags = false, referrersApi = true }: ManifestManners,
) {
  const mediaType = exchange.request.headers['content-type'] ?? '';
  const document: ManifestDocument = JSON.parse(bytes.toString());
  const digest = digestOfBytes(bytes);
  if (document.mediaType !== undefined && document.mediaType !== mediaType) return refuse(exchange, 400, 'MANIFEST_INVALID');
  if (reference.includes(':') && reference !== digest) return refuse(exchange, 400, 'DIGEST_INVALID');
  if (immutableTags && repository.tags.has(reference)) {
    return refuse(exchange, 400, 'TAG_INVALID', `The image tag '${reference}' already exists and the repository is immutable.`);
  }
  const blobs = [document.config, ...(document.layers ?? []).filter(({ urls }) => urls === undefined)];
  const missing =
    blobs.some((blob) => blob !== undefined && !repository.blobs.has(blob.digest)) ||
    (document.manifests ?? []).some((child) => !repository.manifests.has(child.digest));
  if (missing) return refuse(exchange, 404, 'MANIFEST_BLOB_UNKNOWN');
  repository.manifests.set(digest, { mediaType, bytes, document });
  if (!reference.includes(':')) repository.tags.set(reference, digest);
  exchange.response
    .writeHead(201, {
      'docker-content-digest': digest,
      'content-length': 0,
      ...(document.subject !== undefined && referrersApi ? { 'oci-subject': document.subject.digest } : {}),
    })
    .end();
}

/** By a tag only the tag goes, as the specification has it. */
function deleteManifest({ response }: RegistryExchange, repository: StoredRepository, reference: string, digest: string) {
  if (reference === digest) {
    repository.manifests.delete(digest);
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
  } else {
    repository.tags.delete(reference);
  }
  response.writeHead(202, { 'content-length': 0 }).end();
}

/** The referrers API; it filters, and says so. */
export function serveReferrers({ response, url }: RegistryExchange, repository: StoredRepository, subject: string): void {
  const wanted = url.searchParams.get('artifactType');
  const manifests = [...repository.manifests.values()]
    .filter(({ document }) => document.subject?.digest === subject)
    .map(descriptorOf)
    .filter(({ artifactType }) => wanted === null || artifactType === wanted);
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const filters: Record<string, string> = wanted === null ? {} : { 'oci-filters-applied': 'artifactType' };
  answerJson(response, 200, { schemaVersion: 2, mediaType, manifests }, { 'content-type': mediaType, ...filters });
}

function descriptorOf({ mediaType, bytes, document }: StoredManifest) {
  const artifactType = document.artifactType ?? document.config?.mediaType;
  return { mediaType, digest: digestOfBytes(bytes), size: bytes.length, artifactType, annotations: document.annotations ?? {} };
}
