import { ContainerError } from '@cloud/container-core';
import {
  bool,
  byteStream,
  CALL_OPTIONS,
  callShape,
  credentials,
  defineCalls,
  functionOf,
  idOf,
  imageReference,
  integerFrom,
  type Operations,
  type Refuse,
  shape,
  TRANSFER_OPTIONS,
  textUpTo,
  transferShape,
} from '@cloud/container-core/driver-kit';
import type { DockerOnlyCalls, FoundRepository, PushOptions } from './docker-driver.js';
import type { ExecCalls } from './exec/exec-calls.js';
import type { ImageCalls } from './images/image-calls.js';
import type { EngineClient } from './transport/engine-client.js';
import { containerSegment } from './transport/segment.js';

/** What the calls are made of. */
export interface DockerOnlyParts {
  readonly operations: Operations;
  readonly client: EngineClient;
  readonly images: ImageCalls;
  readonly exec: ExecCalls;
}

const onContainer = { kind: 'call', pace: 'deadline', arguments: [['container', idOf]] } as const;

/** The calls beyond the contract, one row each. */
const DOCKER_CALLS = defineCalls<DockerOnlyCalls>()({
  attachContainer: {
    ...onContainer,
    kind: 'exec',
    pace: 'none',
    options: shape({ stdin: bool, logs: bool, ...CALL_OPTIONS }),
    isRepeatable: false,
  },
  renameContainer: {
    ...onContainer,
    arguments: [...onContainer.arguments, ['name', containerName]],
    options: callShape,
    isRepeatable: false,
  },
  listContainerProcesses: { ...onContainer, options: callShape, isRepeatable: true },
  searchImages: {
    kind: 'call',
    pace: 'deadline',
    arguments: [['term', textUpTo(256)]],
    options: shape({ limit: integerFrom(1, 100), ...CALL_OPTIONS }),
    isRepeatable: true,
  },
  tagImage: {
    kind: 'call',
    pace: 'deadline',
    arguments: [
      ['image', imageReference],
      ['name', tagName],
    ],
    options: callShape,
    isRepeatable: true,
  },
  pushImage: {
    kind: 'call',
    pace: 'stall',
    arguments: [['name', tagName]],
    options: shape({ credentials, onProgress: functionOf<NonNullable<PushOptions['onProgress']>>(), ...TRANSFER_OPTIONS }),
    isRepeatable: true,
  },
  loadImages: { kind: 'call', pace: 'stall', arguments: [['archive', byteStream]], options: transferShape, isRepeatable: false },
  saveImages: { kind: 'chunks', pace: 'stall', arguments: [['images', imageReferences]], options: transferShape, isRepeatable: true },
});

/** The calls beyond the contract, under the same rules. */
export function extension({ operations, client, images, exec }: DockerOnlyParts): DockerOnlyCalls {
  return operations.calls(DOCKER_CALLS, {
    attachContainer: (id, options, context) => exec.attach(id, options, context),

    renameContainer: async (id, name, context) => {
      await client.send(context, { method: 'POST', path: `/containers/${containerSegment(id)}/rename`, query: { name } });
    },

    listContainerProcesses: async (id, context) => {
      const path = `/containers/${containerSegment(id)}/top`;
      const table = await client.jsonIfAny<{ Titles?: string[]; Processes?: string[][] | null }>(context, { method: 'GET', path });
      if (table === undefined) {
        throw new ContainerError('precondition-failed', `listContainerProcesses: the container ${id} does not run.`);
      }
      return { titles: table.Titles ?? [], processes: table.Processes ?? [] };
    },

    searchImages: async (term, { limit }, context) => {
      const found = await client.json<EngineSearchResult[]>(context, { method: 'GET', path: '/images/search', query: { term, limit } });
      return found.map(mapSearchResult);
    },

    tagImage: (image, name, context) => images.tag(image, name, context),
    pushImage: (image, options, context) => images.push(image, options, context),
    loadImages: (archive, context) => images.load(archive, context),
    saveImages: (references, context) => images.save(references, context),
  });
}

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

function containerName(refuse: Refuse, field: string, name: unknown): string {
  if (typeof name === 'string' && CONTAINER_NAME.test(name)) return name;
  return refuse(field, 'made of letters, digits, _ . and -, two characters at least', name);
}

/** A name that can be given to an image: with a tag, and not by a digest. */
function tagName(refuse: Refuse, field: string, name: unknown): string {
  const path = imageReference(refuse, field, name);
  return path.includes('@') || path.startsWith('sha256:') ? refuse(field, 'a name with a tag, not a digest or an id', path) : path;
}

/** One image or several. */
function imageReferences(refuse: Refuse, field: string, saved: unknown): readonly string[] {
  return (Array.isArray(saved) ? saved : [saved]).map((image: unknown, index) => imageReference(refuse, `${field}[${index}]`, image));
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
