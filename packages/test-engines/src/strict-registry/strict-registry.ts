import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Stoppable, stoppable } from '../shared/controls.js';
import { answerJson, type RegistryExchange, refuse } from './exchange.js';
import { type RangeManners, serveBlob } from './serve-blobs.js';
import { type ManifestManners, serveManifest, serveReferrers } from './serve-manifests.js';
import { beginUpload, serveUpload, type UploadManners } from './serve-uploads.js';
import { StoredRepository } from './storage.js';

export interface StrictRegistryOptions extends UploadManners, ManifestManners {
  readonly ranges?: RangeManners;
  /** Tags and repositories on a page, whatever `n` asks for; 2 by default, so that every list has several pages. */
  readonly pageSize?: number;
  /** Default `127.0.0.1`. */
  readonly listenAddress?: string;
}

/** A request that the registry got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Deals with a request in the registry's place when it returns true; for faults and attacks. */
export type Interceptor = (exchange: RegistryExchange) => boolean;

/** A registry in this process, as strict as the distribution specification allows. */
export interface StrictRegistry extends Stoppable {
  readonly host: string;
  readonly origin: string;
  readonly requests: SeenRequest[];
  /** Replace it at any time. */
  intercept: Interceptor;
  repository(name: string): StoredRepository;
}

const ROUTES = {
  uploads: /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/,
  blob: /^\/v2\/(.+)\/blobs\/([^/]+)$/,
  manifest: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
  referrers: /^\/v2\/(.+)\/referrers\/([^/]+)$/,
  tags: /^\/v2\/(.+)\/tags\/list$/,
};

/**
 * Starts a registry that does what docker-registry 2.8 does not: lists in pages linked by `Link`, 416 for a chunk out of order,
 * `OCI-Chunk-Min-Length`, a `Location` that changes with every answer, `OCI-Subject` and the referrers API, deletion of tags. It can also
 * be made to behave badly in the ways that real registries do.
 */
export async function startStrictRegistry(options: StrictRegistryOptions = {}): Promise<StrictRegistry> {
  const { listenAddress = '127.0.0.1' } = options;
  const repositories = new Map<string, StoredRepository>();
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const exchange = { method: request.method ?? 'GET', url, request, response };
    requests.push({ method: exchange.method, path: `${url.pathname}${url.search}`, headers: request.headers });
    if (registry.intercept(exchange)) return;
    serve(exchange, repositories, registry, options).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, listenAddress, resolve));
  const host = `${listenAddress}:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const registry: StrictRegistry = {
    host,
    origin: `http://${host}`,
    requests,
    intercept: () => false,
    repository(name) {
      const known = repositories.get(name) ?? new StoredRepository();
      repositories.set(name, known);
      return known;
    },
    ...stoppable(stop),
  };
  return registry;
}

async function serve(
  exchange: RegistryExchange,
  repositories: ReadonlyMap<string, StoredRepository>,
  registry: StrictRegistry,
  options: StrictRegistryOptions,
): Promise<void> {
  const { url, response, method } = exchange;
  const { pathname } = url;
  if (pathname === '/v2/') return answerJson(response, 200, {});
  if (pathname === '/v2/_catalog') return serveList(exchange, 'repositories', [...repositories.keys()], options);
  const [, uploading, id] = ROUTES.uploads.exec(pathname) ?? [];
  if (uploading !== undefined && id !== undefined) {
    const repository = registry.repository(uploading);
    return method === 'POST'
      ? beginUpload(exchange, uploading, repositories, repository, options)
      : serveUpload(exchange, uploading, repository, id, options);
  }
  const found = (['blob', 'manifest', 'referrers', 'tags'] as const)
    .map((kind) => ({ kind, match: ROUTES[kind].exec(pathname) }))
    .find(({ match }) => match !== null);
  const [, name = '', last = ''] = found?.match ?? [];
  const isPut = method === 'PUT';
  const repository = isPut ? registry.repository(name) : repositories.get(name);
  if (found === undefined || repository === undefined) return refuse(exchange, 404, 'NAME_UNKNOWN');
  if (found.kind === 'blob') return serveBlob(exchange, repository, last, options.ranges ?? 'honoured');
  if (found.kind === 'manifest') return serveManifest(exchange, repository, last, options);
  if (found.kind === 'tags') return serveList(exchange, 'tags', [...repository.tags.keys()], options);
  if (options.referrersApi === false) return refuse(exchange, 404, 'UNSUPPORTED');
  serveReferrers(exchange, repository, last);
}

function serveList({ url, response }: RegistryExchange, field: string, names: string[], { pageSize = 2 }: StrictRegistryOptions): void {
  const after = url.searchParams.get('last') ?? '';
  const rest = names.filter((name) => name > after).sort((left, right) => (left < right ? -1 : 1));
  const page = rest.slice(0, pageSize);
  const next = new URL(url);
  next.searchParams.set('last', page.at(-1) ?? '');
  const link: Record<string, string> = rest.length > page.length ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {};
  answerJson(response, 200, { [field]: page }, link);
}
