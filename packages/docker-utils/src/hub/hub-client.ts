import { type CallOptions, ContainerError, type Image, isRepository, isTag, type Listing } from '@cloud/container-core';
import { type DebugListener, type OperationContext, Operations, type Refuse, refusal } from '@cloud/container-core/driver-kit';
import { parseUrl } from '../http/parse-url.js';
import { discard } from '../http/read-body.js';
import { errorOfReply } from '../http/reply-error.js';
import type { RetryOptions } from '../http/retry.js';
import { openSession } from '../registry/client-options.js';
import { repositoryScope } from '../registry/session.js';
import { callOf, HUB_ORIGIN, type HubCredentials, HubSession } from './hub-session.js';
import { HubTransport } from './hub-transport.js';
import { type HubRepository, type HubTag, mapImage, mapRepository, mapSearchResult, mapTag } from './map-hub.js';
import { type HubRateLimit, readRateLimit } from './rate-limit.js';

/** Where Docker keeps an image whose HEAD tells the quota without counting as a pull (docs.docker.com/docker-hub/usage/pulls). */
const RATE_LIMIT_REPOSITORY = 'ratelimitpreview/test';
const DEFAULT_TIMEOUT_MS = 60_000;
const PAGE_SIZE = 100;

/** How to reach Docker Hub. */
export interface HubClientOptions {
  /** Logs in when the first call is made; anonymous by default. */
  readonly credentials?: HubCredentials | undefined;
  /** `https://hub.docker.com` by default; another one, with a path or without, for a proxy of it. */
  readonly url?: string | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Total deadline of each call in milliseconds; 60 000 by default. */
  readonly timeoutMs?: number | undefined;
  /** The environment to read proxies from; this process's by default. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly onDebug?: DebugListener | undefined;
}

/** How to search. */
export interface HubSearchOptions extends CallOptions {
  /** Only official images. */
  readonly officialOnly?: boolean | undefined;
}

/**
 * A client of Docker Hub's own API, which knows what the registry protocol does not: descriptions, stars, search, dates and sizes of tags.
 *
 * Repositories are given as `ubuntu` or `owner/name`.
 *
 * ```ts
 * const hub = new HubClient();
 * const image = await hub.getImage('ubuntu', '24.04');
 * await driver.deployContainer({ image });
 * ```
 */
export class HubClient {
  readonly #transport: HubTransport;
  readonly #operations: Operations;
  readonly #options: HubClientOptions;
  readonly #session: HubSession;

  constructor(options: HubClientOptions = {}) {
    const refuse = refusal('docker-hub', 'HubClient');
    this.#options = options;
    this.#transport = new HubTransport(baseOf(refuse, options.url ?? HUB_ORIGIN), options.retry ?? {}, options.environment ?? process.env);
    this.#session = new HubSession(this.#transport, accountOf(refuse, options.credentials));
    this.#operations = new Operations({
      provider: 'docker-hub',
      defaultTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onDebug: options.onDebug,
      // Logging in and reading change nothing.
      repeatableCalls: 'all',
      redact: this.#transport.secrets.redact,
      mapError: (error) => new ContainerError('internal', 'The Docker Hub client failed.', { cause: error }),
      close: () => this.#transport.close(),
    });
  }

  /** Logs in, and does so again by itself when the session ends. `unauthenticated` when the Hub does not know the account. */
  login(credentials: HubCredentials, options?: CallOptions): Promise<void> {
    return this.#operations.call(
      'login',
      options,
      'deadline',
      (refuse) => checkCredentials(refuse, credentials),
      (checked, context) => this.#session.login(checked, context),
    );
  }

  /** `not-found` when there is no such repository, or it is private and we may not see it. */
  getRepository(repository: string, options?: CallOptions): Promise<HubRepository> {
    return this.#operations.call(
      'getRepository',
      options,
      'deadline',
      (refuse) => pathOf(refuse, repository),
      async (path, context) =>
        mapRepository(
          await this.#session.get(
            `/v2/namespaces/${path.namespace}/repositories/${path.name}`,
            `Reading ${path.namespace}/${path.name}`,
            context,
          ),
        ),
    );
  }

  /** The tags, the latest first, page by page. */
  listTags(repository: string, options?: CallOptions): Listing<HubTag> {
    return this.#operations.list(
      'listTags',
      options,
      (refuse) => pathOf(refuse, repository),
      (path, context) => this.#tagPages(path, context),
    );
  }

  /** One image per tag, deployable with any driver. */
  listImages(repository: string, options?: CallOptions): Listing<Image> {
    return this.#operations.list(
      'listImages',
      options,
      (refuse) => pathOf(refuse, repository),
      (path, context) => imagePages(path, this.#tagPages(path, context)),
    );
  }

  /** A tag with its digest, size, date and platforms; `not-found` when there is none. */
  getTag(repository: string, tag: string, options?: CallOptions): Promise<HubTag> {
    return this.#operations.call(
      'getTag',
      options,
      'deadline',
      (refuse) => ({ ...pathOf(refuse, repository), tag: tagOf(refuse, tag) }),
      (path, context) => this.#tag(path, context),
    );
  }

  /** The image that a tag (`latest` by default) names, deployable with any driver. */
  getImage(repository: string, tag = 'latest', options?: CallOptions): Promise<Image> {
    return this.#operations.call(
      'getImage',
      options,
      'deadline',
      (refuse) => ({ ...pathOf(refuse, repository), tag: tagOf(refuse, tag) }),
      async (path, context) => mapImage(path.namespace, path.name, await this.#tag(path, context)),
    );
  }

  /** Repositories that fit a text, the Hub's best guess first. */
  search(query: string, options?: HubSearchOptions): Listing<HubRepository> {
    return this.#operations.list(
      'search',
      options,
      (refuse) => (typeof query === 'string' && query.trim() !== '' ? query : refuse('query', 'a text that is not empty', query)),
      (checked, context) => this.#searchPages(checked, options?.officialOnly === true, context),
    );
  }

  /** How many pulls are left; asking costs none. With credentials, the account's; else this address's. */
  rateLimit(options?: CallOptions): Promise<HubRateLimit> {
    return this.#operations.call(
      'rateLimit',
      options,
      'deadline',
      () => undefined,
      async (_, context) => {
        const { environment, retry } = this.#options;
        const credentials = this.#session.credentials ?? {};
        const { session, agents } = openSession('docker.io', { credentials, environment, retry });
        try {
          const request = {
            method: 'HEAD' as const,
            target: `/v2/${RATE_LIMIT_REPOSITORY}/manifests/latest`,
            scopes: [repositoryScope(RATE_LIMIT_REPOSITORY, 'pull')],
            // The answer is in the headers, also when nothing is left.
            accept: [429],
            what: 'Asking for the pull quota',
          };
          const reply = await session.main.request(request, callOf(context));
          const quota = readRateLimit(reply.headers);
          // Without figures a 429 is about too many requests of any kind; "not limited" would be the opposite of the truth.
          if (reply.status === 429 && !quota.limited) throw await errorOfReply(reply, callOf(context), request.what);
          discard(reply);
          return quota;
        } finally {
          await agents.destroy();
        }
      },
    );
  }

  /** Ends what is under way and closes the connections; later calls are refused. */
  close(): Promise<void> {
    return this.#operations.close();
  }

  async #tag({ namespace, name, tag }: RepositoryPath & { readonly tag: string }, context: OperationContext): Promise<HubTag> {
    return mapTag(
      await this.#session.get(
        `/v2/namespaces/${namespace}/repositories/${name}/tags/${tag}`,
        `Reading ${namespace}/${name}:${tag}`,
        context,
      ),
    );
  }

  async *#tagPages({ namespace, name }: RepositoryPath, context: OperationContext): AsyncGenerator<HubTag[]> {
    const path = `/v2/namespaces/${namespace}/repositories/${name}/tags?page_size=${PAGE_SIZE}`;
    for await (const page of this.#session.pages(path, `Listing the tags of ${namespace}/${name}`, context)) yield page.map(mapTag);
  }

  async *#searchPages(query: string, officialOnly: boolean, context: OperationContext): AsyncGenerator<HubRepository[]> {
    const filter = officialOnly ? '&is_official=true' : '';
    const path = `/v2/search/repositories/?query=${encodeURIComponent(query)}&page_size=${PAGE_SIZE}${filter}`;
    for await (const page of this.#session.pages(path, 'Searching Docker Hub', context)) yield page.map(mapSearchResult);
  }
}

interface RepositoryPath {
  readonly namespace: string;
  readonly name: string;
}

function pathOf(refuse: Refuse, value: unknown): RepositoryPath {
  const parts = typeof value === 'string' && isRepository(value) ? value.split('/') : [];
  const [namespace, name] = parts.length === 1 ? ['library', parts[0]] : parts;
  if (namespace === undefined || name === undefined || parts.length > 2) {
    return refuse('repository', 'a name on Docker Hub such as "ubuntu" or "owner/name"', value);
  }
  return { namespace, name };
}

function tagOf(refuse: Refuse, value: unknown): string {
  return typeof value === 'string' && isTag(value) ? value : refuse('tag', 'a tag such as "24.04"', value);
}

function baseOf(refuse: Refuse, text: string): URL {
  const url = parseUrl(text);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '') {
    // The value may carry a credential: it is never shown.
    return refuse('url', 'an http(s) URL without credentials and parameters');
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** `{}` is anonymous, as it is for registries. */
function accountOf(refuse: Refuse, credentials: HubCredentials | undefined): HubCredentials | undefined {
  const isNone =
    typeof credentials === 'object' && credentials !== null && Object.values(credentials).every((value) => value === undefined);
  return credentials === undefined || isNone ? undefined : checkCredentials(refuse, credentials);
}

function checkCredentials(refuse: Refuse, value: unknown): HubCredentials {
  const { username, password } = Object(value) as Record<string, unknown>;
  if (typeof username !== 'string' || username === '') return refuse('username', 'a text that is not empty');
  if (typeof password !== 'string' || password === '') return refuse('password', 'a text that is not empty');
  return { username, password };
}

async function* imagePages({ namespace, name }: RepositoryPath, pages: AsyncIterable<HubTag[]>): AsyncGenerator<Image[]> {
  for await (const page of pages) yield page.map((tag) => mapImage(namespace, name, tag));
}
