import {
  type CallOptions,
  ContainerError,
  type CredentialSource,
  type Image,
  isRepository,
  isTag,
  type Listing,
  type RetryOptions,
  type TlsOptions,
} from '@cloud/container-core';
import {
  arrayOf,
  bool,
  CALL_OPTIONS,
  type Checked,
  type ChecksOf,
  callShape,
  credentialSource,
  type DebugListener,
  environmentVariables,
  functionOf,
  milliseconds,
  type OperationContext,
  type Refuse,
  refusal,
  retryOptions,
  secretText,
  shape,
  text,
  tlsOptions,
} from '@cloud/container-core/driver-kit';
import { ClientCalls } from '../client-calls.js';
import { parseUrl } from '../http/parse-url.js';
import { discard } from '../http/read-body.js';
import { errorOfReply } from '../http/reply-error.js';
import { clientOptions, openSession } from '../registry/client-options.js';
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
  /** Logs in when the first call is made; by default what `keychain` has. `{}` is anonymous. */
  readonly credentials?: Partial<HubCredentials> | undefined;
  /** Where the account is looked up (as `docker.io`) when no credentials are given; anonymous without one. */
  readonly keychain?: CredentialSource | undefined;
  /** `https://hub.docker.com` by default; another one, with a path or without, for a proxy of it. */
  readonly url?: string | undefined;
  /**
   * Hosts, with or without a port, to which the Hub may redirect although they have a private address; none by default. Not needed when `url`
   * has a private address itself.
   */
  readonly trustedHosts?: readonly string[] | undefined;
  /** Certificates for a proxy of the Hub. */
  readonly tls?: TlsOptions | undefined;
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

const account = shape({ username: text, password: secretText } satisfies ChecksOf<HubCredentials>);

const hubOptions = shape({
  credentials: account,
  keychain: credentialSource,
  url: text,
  trustedHosts: arrayOf<string>(text),
  tls: tlsOptions,
  retry: retryOptions,
  timeoutMs: milliseconds,
  environment: environmentVariables,
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<HubClientOptions>);

const searchShape = shape({ ...CALL_OPTIONS, officialOnly: bool } satisfies ChecksOf<HubSearchOptions>);

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
  readonly #calls: ClientCalls;
  readonly #options: Checked<(typeof hubOptions)['members']>;
  readonly #session: HubSession;

  constructor(options: HubClientOptions = {}) {
    const refuse = refusal('docker-hub', 'HubClient');
    const checked = hubOptions(refuse, '', options);
    const { url = HUB_ORIGIN, credentials, keychain, environment = process.env, retry = {}, tls, trustedHosts = [] } = checked;
    this.#options = checked;
    this.#transport = new HubTransport(baseOf(refuse, url), { retry, environment, tls, trustedHosts });
    this.#session = new HubSession(
      this.#transport,
      credentials === undefined || Object.keys(credentials).length === 0 ? undefined : checkAccount(refuse, 'credentials', credentials),
      credentials === undefined ? keychain : undefined,
    );
    this.#calls = new ClientCalls({
      provider: 'docker-hub',
      defaultTimeoutMs: checked.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onDebug: checked.onDebug,
      // Logging in and reading change nothing.
      repeatableCalls: 'all',
      redact: this.#transport.secrets.redact,
      mapError: (error) => new ContainerError('internal', 'The Docker Hub client failed.', { cause: error }),
      close: () => this.#transport.close(),
    });
  }

  /** Logs in, and does so again by itself when the session ends. `unauthenticated` when the Hub does not know the account. */
  login(credentials: HubCredentials, options?: CallOptions): Promise<void> {
    return this.#calls.call('login', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => checkAccount(refuse, 'credentials', account(refuse, 'credentials', credentials)),
      work: (checked, context) => this.#session.login(checked, context),
    });
  }

  /** `not-found` when there is no such repository, or it is private and we may not see it. */
  getRepository(repository: string, options?: CallOptions): Promise<HubRepository> {
    return this.#calls.call('getRepository', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => pathOf(refuse, repository),
      work: async (path, context) =>
        mapRepository(
          await this.#session.get(
            `/v2/namespaces/${path.namespace}/repositories/${path.name}`,
            `Reading ${path.namespace}/${path.name}`,
            context,
          ),
        ),
    });
  }

  /** The tags, the latest first, page by page. */
  listTags(repository: string, options?: CallOptions): Listing<HubTag> {
    return this.#calls.list('listTags', options, {
      takes: callShape,
      prepare: (refuse) => pathOf(refuse, repository),
      work: (path, context) => this.#tagPages(path, context),
    });
  }

  /** One image per tag, deployable with any driver. */
  listImages(repository: string, options?: CallOptions): Listing<Image> {
    return this.#calls.list('listImages', options, {
      takes: callShape,
      prepare: (refuse) => pathOf(refuse, repository),
      work: (path, context) => imagePages(path, this.#tagPages(path, context)),
    });
  }

  /** A tag with its digest, size, date and platforms; `not-found` when there is none. */
  getTag(repository: string, tag: string, options?: CallOptions): Promise<HubTag> {
    return this.#calls.call('getTag', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => ({ ...pathOf(refuse, repository), tag: tagOf(refuse, tag) }),
      work: (path, context) => this.#tag(path, context),
    });
  }

  /** The image that a tag (`latest` by default) names, deployable with any driver. */
  getImage(repository: string, tag = 'latest', options?: CallOptions): Promise<Image> {
    return this.#calls.call('getImage', options, 'deadline', {
      takes: callShape,
      prepare: (refuse) => ({ ...pathOf(refuse, repository), tag: tagOf(refuse, tag) }),
      work: async (path, context) => mapImage(path.namespace, path.name, await this.#tag(path, context)),
    });
  }

  /** Repositories that fit a text, the Hub's best guess first. */
  search(query: string, options?: HubSearchOptions): Listing<HubRepository> {
    return this.#calls.list('search', options, {
      takes: searchShape,
      prepare: (refuse) => (typeof query === 'string' && query.trim() !== '' ? query : refuse('query', 'a text that is not empty', query)),
      work: (text, context, { officialOnly = false }) => this.#searchPages(text, officialOnly, context),
    });
  }

  /** How many pulls are left; asking costs none. With credentials, the account's; else this address's. */
  rateLimit(options?: CallOptions): Promise<HubRateLimit> {
    return this.#calls.call('rateLimit', options, 'deadline', {
      takes: callShape,
      prepare: () => undefined,
      work: async (_, context) => {
        const { environment, retry, tls } = this.#options;
        const credentials = (await this.#session.account(context.signal)) ?? {};
        const refuse = refusal('docker-hub', 'rateLimit');
        const connection = { credentials, environment, retry, tls };
        const { session, agents } = openSession(refuse, 'docker.io', clientOptions(refuse, '', connection));
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
    });
  }

  /** Ends what is under way and closes the connections; later calls are refused. */
  close(): Promise<void> {
    return this.#calls.close();
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

function checkAccount(refuse: Refuse, field: string, { username, password }: Partial<HubCredentials>): HubCredentials {
  if (username === undefined) return refuse(`${field}.username`, 'a string that is not empty');
  if (password === undefined) return refuse(`${field}.password`, 'a string that is not empty');
  return { username, password };
}

async function* imagePages({ namespace, name }: RepositoryPath, pages: AsyncIterable<HubTag[]>): AsyncGenerator<Image[]> {
  for await (const page of pages) yield page.map((tag) => mapImage(namespace, name, tag));
}
