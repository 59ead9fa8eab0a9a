import { ContainerError } from '@cloud/container-core';
import { idOf, imageReference, integer, type Operations, type Refuse, record, taking, text } from '@cloud/container-core/driver-kit';
import type { ContainerCalls } from './containers/container-calls.js';
import type { DockerOnlyCalls, FoundRepository, ProcessTable } from './docker-driver.js';
import type { ExecCalls } from './exec/exec-calls.js';
import type { ImageCalls } from './images/image-calls.js';
import type { EngineClient } from './transport/engine-client.js';
import { containerSegment } from './transport/segment.js';

/** What the calls are made of. */
export interface DockerOnlyParts {
  readonly operations: Operations;
  readonly client: EngineClient;
  readonly containers: ContainerCalls;
  readonly images: ImageCalls;
  readonly exec: ExecCalls;
}

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The calls beyond the contract, under the same rules. */
export function extension({ operations, client, images, exec }: DockerOnlyParts): DockerOnlyCalls {
  return {
    attachContainer: (container, options = {}) =>
      operations.exec(
        'attachContainer',
        options,
        taking(options, ['stdin', 'logs'], (refuse) => idOf(refuse, 'container', container)),
        (id, context) => exec.attach(id, { stdin: options.stdin, logs: options.logs }, context),
      ),

    renameContainer: (container, name, options) =>
      operations.call(
        'renameContainer',
        options,
        'deadline',
        taking(options, [], (refuse) => ({ id: idOf(refuse, 'container', container), to: containerName(refuse, name) })),
        async ({ id, to }, context) => {
          await client.send(context, { method: 'POST', path: `/containers/${containerSegment(id)}/rename`, query: { name: to } });
        },
      ),

    listContainerProcesses: (container, options) =>
      operations.call(
        'listContainerProcesses',
        options,
        'deadline',
        taking(options, [], (refuse) => idOf(refuse, 'container', container)),
        async (id, context): Promise<ProcessTable> => {
          const path = `/containers/${containerSegment(id)}/top`;
          const table = await client.jsonIfAny<{ Titles?: string[]; Processes?: string[][] | null }>(context, { method: 'GET', path });
          if (table === undefined)
            throw new ContainerError('precondition-failed', `listContainerProcesses: the container ${id} does not run.`);
          return { titles: table.Titles ?? [], processes: table.Processes ?? [] };
        },
      ),

    searchImages: (term, options) =>
      operations.call(
        'searchImages',
        options,
        'deadline',
        taking(options, ['limit'], (refuse) => ({
          term: text(refuse, 'term', term, 256),
          limit: options?.limit === undefined ? undefined : integer(refuse, 'limit', options.limit, 1, 100),
        })),
        async (query, context) => {
          const found = await client.json<EngineSearchResult[]>(context, { method: 'GET', path: '/images/search', query });
          return found.map(mapSearchResult);
        },
      ),

    tagImage: (image, name, options) =>
      operations.call(
        'tagImage',
        options,
        'deadline',
        taking(options, [], (refuse) => ({ path: imageReference(refuse, 'image', image), to: tagName(refuse, name) })),
        ({ path, to }, context) => images.tag(path, to, context),
      ),

    pushImage: (image, options) =>
      operations.call(
        'pushImage',
        options,
        'stall',
        taking(options, ['credentials', 'onProgress', 'stallTimeoutMs'], (refuse) => tagName(refuse, image)),
        (path, context) => images.push(path, { credentials: options?.credentials, onProgress: options?.onProgress }, context),
      ),

    loadImages: (archive, options) =>
      operations.call(
        'loadImages',
        options,
        'stall',
        taking(options, ['stallTimeoutMs'], (refuse) => record(refuse, 'archive', archive)),
        (_, context) => images.load(archive, context),
      ),

    saveImages: (saved, options) =>
      operations.chunks(
        'saveImages',
        options,
        'stall',
        taking(options, ['stallTimeoutMs'], (refuse) =>
          (Array.isArray(saved) ? saved : [saved]).map((image: unknown, index) => imageReference(refuse, `images[${index}]`, image)),
        ),
        (paths, context) => images.save(paths, context),
      ),
  };
}

function containerName(refuse: Refuse, name: unknown): string {
  if (typeof name === 'string' && CONTAINER_NAME.test(name)) return name;
  return refuse('name', 'made of letters, digits, _ . and -, two characters at least', name);
}

/** A name that can be given to an image: with a tag, and not by a digest. */
function tagName(refuse: Refuse, name: unknown): string {
  const path = imageReference(refuse, 'name', name);
  return path.includes('@') || path.startsWith('sha256:') ? refuse('name', 'a name with a tag, not a digest or an id', path) : path;
}

interface EngineSearchResult {
  readonly name?: string;
  readonly description?: string;
  readonly star_count?: number;
  readonly is_official?: boolean;
}

function mapSearchResult({
  name = '',
  description = '',
  star_count: stars = 0,
  is_official: official = false,
}: EngineSearchResult): FoundRepository {
  return { name, description, stars, official };
}
