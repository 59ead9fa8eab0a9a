import { ContainerError } from '@cloud/container-core';
import { PageLimit } from '@cloud/container-core/driver-kit';
import { type Call, header } from '../http/exchange.js';
import { nextPage } from '../http/link-header.js';
import { type Descriptor, digestOf, MAX_MANIFEST_BYTES, type Manifest, OCI_INDEX, parseManifest } from './manifest.js';
import { getManifest, putManifest } from './manifests.js';
import { readDocument } from './read-document.js';
import { type Reader, type RegistrySession, repositoryScope } from './session.js';

/** What registries say that do not know the API. */
const HAS_NO_API = [400, 404, 405, 406];
/** How often a stand-in tag is written before somebody else is given way. */
const MAX_ROUNDS = 8;

/** Where referrers are kept by registries without the API (distribution specification, "Referrers tag schema"). */
function standInTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}-${hex.slice(0, 64)}`;
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
  const limit = new PageLimit(`Reading the referrers of ${digest}`);
  let isFirst = true;
  let next: URL | undefined = new URL(`/v2/${repository}/referrers/${digest}${query}`, session.main.endpoint.url);
  while (next !== undefined) {
    limit.next(next.href);
    const request = {
      method: 'GET' as const,
      target: next,
      scopes: [repositoryScope(repository, 'pull')],
      headers: { accept: OCI_INDEX },
      accept: HAS_NO_API,
      what: `Reading the referrers of ${digest}`,
    };
    const { reply, bytes } = await readDocument(session.direct, request, MAX_MANIFEST_BYTES, call);
    // Some answer 200 with a page of theirs.
    const hasApi = reply.status === 200 && header(reply, 'content-type')?.split(';', 1)[0]?.trim() === OCI_INDEX;
    if (!hasApi && isFirst) {
      yield ((await standInManifest(session, repository, digest, call))?.manifests ?? []).filter(fits);
      return;
    }
    isFirst = false;
    const index = parseManifest(bytes, header(reply, 'content-type'));
    limit.count(index.manifests.length);
    // The filter is the registry's to apply or to ignore, so it is applied here in any case.
    yield index.manifests.filter(fits);
    next = nextPage(header(reply, 'link'), reply.url);
  }
}

/** The index under the stand-in tag as it is written: what others put into it stays. */
interface StandIn {
  readonly mediaType: string;
  /** All but `manifests`. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly digest: string;
}

const EMPTY: StandIn = { mediaType: OCI_INDEX, members: { schemaVersion: 2, mediaType: OCI_INDEX }, entries: [] };

async function standInManifest(from: Reader, repository: string, subject: string, call: Call): Promise<Manifest | undefined> {
  try {
    const manifest = await getManifest(from, repository, standInTag(subject), call);
    // GitLab takes such a tag for the digest that it is made of, and gives the subject itself.
    return manifest.digest === subject ? undefined : manifest;
  } catch (error) {
    if (ContainerError.isInstance(error) && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function readStandIn(session: RegistrySession, repository: string, subject: string, call: Call): Promise<StandIn> {
  const manifest = await standInManifest(session.direct, repository, subject, call);
  if (manifest === undefined) return EMPTY;
  const { mediaType, kind, bytes } = manifest;
  if (kind !== 'index') {
    throw new ContainerError(
      'conflict',
      `The tag ${repository}:${standInTag(subject)} is where referrers of ${subject} are kept, but it names an image; it was left as it is.`,
    );
  }
  // Its digests were checked when the manifest was read.
  const { manifests, ...members } = JSON.parse(bytes.toString('utf8')) as { manifests: Entry[] };
  return { mediaType, members, entries: manifests };
}

/** Adds a manifest to the stand-in tag of its subject, where the registry did not take note of the subject itself. */
export async function noteReferrer(session: RegistrySession, repository: string, manifest: Manifest, call: Call): Promise<void> {
  const { subject, mediaType, digest, bytes, artifactType, config, annotations } = manifest;
  if (subject === undefined) return;
  const type = artifactType ?? config?.mediaType;
  const own: Descriptor = { mediaType, digest, size: bytes.length, annotations, ...(type === undefined ? {} : { artifactType: type }) };
  await changeStandIn(session, repository, subject.digest, call, (entries) => (isAmong(entries, digest) ? undefined : [...entries, own]));
}

/** Takes a deleted manifest out of the stand-in tag of its subject, if it is there. */
export async function forgetReferrer(session: RegistrySession, repository: string, manifest: Manifest, call: Call): Promise<void> {
  const { subject, digest } = manifest;
  if (subject === undefined) return;
  await changeStandIn(session, repository, subject.digest, call, (entries) =>
    isAmong(entries, digest) ? entries.filter((entry) => entry.digest !== digest) : undefined,
  );
}

function isAmong(entries: readonly Entry[], digest: string): boolean {
  return entries.some((entry) => entry.digest === digest);
}

/**
 * Changes the stand-in tag until it is as it should be.
 *
 * Registries do not compare before they write, so of two clients that change a tag at the same time one may overwrite the other. Within
 * one client the changes wait for one another; between clients each looks at what it wrote, and does it over when it is gone.
 *
 * @param change what is to be written; `undefined` when all is as it should be
 */
async function changeStandIn(
  session: RegistrySession,
  repository: string,
  subject: string,
  call: Call,
  change: (entries: readonly Entry[]) => readonly Entry[] | undefined,
): Promise<void> {
  await session.turns.run(`${repository}@${subject}`, async () => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { mediaType, members, entries } = await readStandIn(session, repository, subject, call);
      const manifests = change(entries);
      if (manifests === undefined) return;
      const bytes = Buffer.from(JSON.stringify({ ...members, manifests }));
      await putManifest(session, repository, standInTag(subject), { mediaType, bytes, digest: digestOf(bytes) }, call);
    }
    throw new ContainerError('unavailable', `The referrers of ${repository}@${subject} are overwritten by others again and again.`);
  });
}
