import { ContainerError, isRepository, isTag } from '@cloud/container-core';
import { PageLimit } from '@cloud/container-core/driver-kit';
import { type Call, header } from '../http/exchange.js';
import { nextPage } from '../http/link-header.js';
import { readDocument } from './read-document.js';
import { type RegistrySession, repositoryScope } from './session.js';

const MAX_PAGE_BYTES = 16 * 1024 * 1024;
/** ECR refuses more than 1000, distribution 3 too by default. */
const PAGE_SIZE = 1000;

/** The tags of a repository, page by page as the registry gives them. */
export function tagPages(session: RegistrySession, repository: string, call: Call): AsyncGenerator<string[]> {
  const request = {
    target: `/v2/${repository}/tags/list?n=${PAGE_SIZE}`,
    scopes: [repositoryScope(repository, 'pull')],
    what: `Listing the tags of ${repository}`,
  };
  return pages(session, request, 'tags', isTag, call);
}

/** The repositories of a registry. Many hosted registries do not tell, which is an error, not an empty list. */
export function repositoryPages(session: RegistrySession, call: Call): AsyncGenerator<string[]> {
  const request = {
    target: `/v2/_catalog?n=${PAGE_SIZE}`,
    scopes: ['registry:catalog:*'],
    what: `Listing the repositories of ${session.main.endpoint.host}`,
  };
  return pages(session, request, 'repositories', isRepository, call);
}

interface PageRequest {
  readonly target: string;
  readonly scopes: readonly string[];
  readonly what: string;
}

async function* pages(
  session: RegistrySession,
  { target, scopes, what }: PageRequest,
  field: string,
  isName: (text: string) => boolean,
  call: Call,
): AsyncGenerator<string[]> {
  const limit = new PageLimit(what);
  let next: URL | undefined = new URL(target, session.main.endpoint.url);
  while (next !== undefined) {
    limit.next(next.href);
    const request = { method: 'GET' as const, target: next, scopes, what };
    const { reply, bytes } = await readDocument(session.direct, request, MAX_PAGE_BYTES, call);
    const names = readNames(bytes, field, what);
    limit.count(names.length);
    next = nextPage(header(reply, 'link'), reply.url);
    // What is no name could end up in a URL or a path of the caller's.
    yield names.filter((name): name is string => typeof name === 'string' && isName(name));
  }
}

/** A repository whose tags were all deleted has `"tags": null`, or none; any other document without a list is no answer. */
function readNames(body: Buffer, field: string, what: string): unknown[] {
  let document: Record<string, unknown>;
  try {
    document = Object(JSON.parse(body.toString('utf8')));
  } catch {
    throw new ContainerError('unavailable', `${what}: the registry did not answer with JSON.`);
  }
  const names = document[field] ?? (field in document || typeof document['name'] === 'string' ? [] : undefined);
  if (!Array.isArray(names)) throw new ContainerError('unavailable', `${what}: the registry's answer has no list of ${field}.`);
  return names;
}
