import { ContainerError, type ContainerErrorDetails, isDigest } from '@cloud/container-core';
import { type Call, type HttpReply, header } from '../http/exchange.js';
import { discard, discardHead } from '../http/read-body.js';
import { MANIFEST_TYPES, MAX_MANIFEST_BYTES, type Manifest, parseManifest } from './manifest.js';
import { readDocument } from './read-document.js';
import { type Reader, type RegistrySession, repositoryScope } from './session.js';

/** What a HEAD says of a manifest. */
export interface ManifestHead {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

function manifestRequest(repository: string, reference: string) {
  return {
    target: `/v2/${repository}/manifests/${reference}`,
    scopes: [repositoryScope(repository, 'pull')],
    headers: { accept: MANIFEST_TYPES },
    what: `Reading the manifest ${repository}${isDigest(reference) ? '@' : ':'}${reference}`,
  };
}

/** Gets a manifest by tag or digest and checks it against the digest, if that is what was asked for. */
export async function getManifest(from: Reader, repository: string, reference: string, call: Call): Promise<Manifest> {
  const request = manifestRequest(repository, reference);
  for (;;) {
    const { reply, bytes } = await readDocument(from, { method: 'GET', ...request }, MAX_MANIFEST_BYTES, call);
    try {
      return checkedManifest(reply, bytes, reference, request.what);
    } catch (error) {
      // What a mirror has wrong the registry itself may have right.
      if (!from.passOver(reply)) throw error;
    }
  }
}

function checkedManifest(reply: HttpReply, bytes: Buffer, reference: string, what: string): Manifest {
  const manifest = parseManifest(bytes, header(reply, 'content-type'), isDigest(reference) ? reference : undefined);
  const claimed = header(reply, 'docker-content-digest');
  if (claimed?.startsWith('sha256:') && manifest.digest.startsWith('sha256:') && claimed !== manifest.digest) {
    throw new ContainerError('integrity', `${what}: the registry says ${claimed}, but the bytes have the digest ${manifest.digest}.`);
  }
  return manifest;
}

/** The digest, type and size of a manifest; `undefined` when there is none. Where HEAD is not understood the manifest is read. */
export async function headManifest(from: Reader, repository: string, reference: string, call: Call): Promise<ManifestHead | undefined> {
  const reply = await from.read({ method: 'HEAD', ...manifestRequest(repository, reference), accept: [404, 405] }, call);
  discardHead(reply);
  if (reply.status === 404) return undefined;
  const head = readHead(reply);
  if (head !== undefined && (!isDigest(reference) || head.digest === reference)) return head;
  const { digest, mediaType, bytes } = await getManifest(from, repository, reference, call);
  return { digest, mediaType, size: bytes.length };
}

function readHead(reply: HttpReply): ManifestHead | undefined {
  const digest = header(reply, 'docker-content-digest');
  const mediaType = header(reply, 'content-type');
  const size = Number(header(reply, 'content-length'));
  if (reply.status !== 200 || digest === undefined || !isDigest(digest) || mediaType === undefined || !Number.isSafeInteger(size))
    return undefined;
  return { digest, mediaType, size };
}

/** Puts a manifest; whether the registry took note of its subject comes back. */
export async function putManifest(
  session: RegistrySession,
  repository: string,
  reference: string,
  manifest: Pick<Manifest, 'mediaType' | 'bytes' | 'digest'>,
  call: Call,
): Promise<{ readonly subjectNoted: boolean }> {
  const what = `Putting the manifest ${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
  const reply = await session.main.request(
    {
      method: 'PUT',
      target: `/v2/${repository}/manifests/${reference}`,
      scopes: [repositoryScope(repository, 'pull,push')],
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
      what,
    },
    call,
  );
  discard(reply);
  const digest = header(reply, 'docker-content-digest');
  if (
    digest !== undefined &&
    isDigest(digest) &&
    digest.startsWith('sha256:') &&
    manifest.digest.startsWith('sha256:') &&
    digest !== manifest.digest
  ) {
    throw new ContainerError('integrity', `${what}: the registry stored it as ${digest}, not as ${manifest.digest}.`);
  }
  return { subjectNoted: header(reply, 'oci-subject') !== undefined };
}

/** Deletes a manifest by its digest; one that is gone already is no error. */
export async function deleteManifest(session: RegistrySession, repository: string, digest: string, call: Call): Promise<void> {
  const request = {
    method: 'DELETE' as const,
    target: `/v2/${repository}/manifests/${digest}`,
    scopes: [repositoryScope(repository, 'pull,delete')],
    what: `Deleting the manifest ${repository}@${digest}`,
    accept: [404],
  };
  discard(await session.main.request(request, call));
}

/** Deletes a tag and leaves its manifest; many registries can't, and say so with 400, 404 or 405. */
export async function deleteTag(session: RegistrySession, repository: string, tag: string, call: Call): Promise<void> {
  const what = `Deleting the tag ${repository}:${tag}`;
  const cannot = (details: ContainerErrorDetails) =>
    new ContainerError(
      'unsupported',
      `${what}: this registry deletes no tags; delete the manifest by its digest, which takes all of its tags along.`,
      details,
    );
  try {
    const request = {
      method: 'DELETE' as const,
      target: `/v2/${repository}/manifests/${tag}`,
      scopes: [repositoryScope(repository, 'pull,delete')],
      what,
      accept: [404],
    };
    const reply = await session.main.request(request, call);
    discard(reply);
    if (reply.status !== 404) return;
  } catch (error) {
    if (!ContainerError.isInstance(error) || error.code === 'unauthenticated') throw error;
    if (error.httpStatus !== 400 && error.httpStatus !== 405) throw error;
    throw cannot({ httpStatus: error.httpStatus, vendorCode: error.vendorCode, cause: error });
  }
  // "No such tag", or no such operation? The registry itself is asked, not a mirror.
  const there = await session.main.request({ method: 'GET', ...manifestRequest(repository, tag), accept: [404] }, call);
  discard(there);
  if (there.status !== 404) throw cannot({ httpStatus: 404 });
}
