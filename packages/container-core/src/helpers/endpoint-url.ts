import { refusal } from '../driver-kit/validate/refusal.js';
import { type Check, type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import { integer, record } from '../driver-kit/validate/values.js';
import { ContainerError } from '../errors/container-error.js';
import type { Container, Endpoint } from '../types/container.js';

/** How to write the URL of a port. */
export interface EndpointUrlOptions {
  /** The scheme, such as `https` or `postgres`; `http` by default. */
  readonly protocol?: string | undefined;
  /** Begins with `/`; query included. None by default. */
  readonly path?: string | undefined;
}

const matching =
  (pattern: RegExp, what: string): Check<string> =>
  (refuse, field, value) =>
    typeof value === 'string' && pattern.test(value) ? value : refuse(field, what, value);

const urlOptions = shape({
  protocol: matching(/^[a-z][a-z0-9+.-]*$/i, 'a URL scheme without a colon, such as https'),
  path: matching(/^(?:\/[\x21-\x7e]*)?$/, 'a path that begins with / and has visible ASCII characters only; percent-encode the others'),
} satisfies ChecksOf<EndpointUrlOptions>);

/** The nearest first: this host, then the internet, then the provider's own network. */
const SCOPES = ['host', 'public', 'private'] as const satisfies readonly Endpoint['scope'][];

/**
 * Returns the URL of a TCP port of a container, such as `http://127.0.0.1:49153`. It sends no request.
 *
 * Of several endpoints it takes the one of this host, then a public one, then one of the provider's network. Codes: `precondition-failed` when the
 * container does not run, `not-found` when it does not publish the port.
 *
 * ```ts
 * const response = await fetch(endpointUrl(container, 8080, { path: '/health' }));
 * ```
 */
export function endpointUrl(container: Container, port: number, options: EndpointUrlOptions = {}): string {
  const refuse = refusal('none', 'endpointUrl');
  const { provider } = record(refuse, 'container', container) as { provider?: string };
  const refuseHere = provider === undefined ? refuse : refusal(provider, 'endpointUrl');
  const { protocol = 'http', path = '' } = urlOptions(refuseHere, '', options);
  return urlOf(tcpEndpoint(container, port, 'endpointUrl'), protocol, path);
}

export function urlOf({ host, port }: Endpoint, protocol: string, path: string): string {
  return `${protocol.toLowerCase()}://${hostInUrl(host)}:${port}${path}`;
}

/** The endpoint by which a TCP port of a container is reached. */
export function tcpEndpoint(container: Container, port: number, operation: string): Endpoint {
  const { provider, name, state, endpoints } = container;
  integer(refusal(provider, operation), 'port', port, 1, 65_535);
  const matching = endpoints.filter((endpoint) => endpoint.containerPort === port && endpoint.protocol === 'tcp');
  for (const scope of SCOPES) {
    const found = matching.find((endpoint) => endpoint.scope === scope);
    if (found !== undefined) return found;
  }
  const fail = (code: 'precondition-failed' | 'not-found', sentence: string) =>
    new ContainerError(code, `${operation}: ${sentence}`, { provider, operation });
  if (state !== 'running' && state !== 'paused') {
    throw fail('precondition-failed', `The container "${name}" is ${state}, so its ports cannot be reached. Start it first.`);
  }
  const published = endpoints.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`).join(', ');
  const known = published === '' ? 'it publishes no port' : `it publishes ${published}`;
  throw fail(
    'not-found',
    `The port ${port}/tcp of the container "${name}" is not published (${known}). Deploy it with ports: [{ containerPort: ${port} }].`,
  );
}

/** IPv6 addresses stand in brackets; a zone is not part of a URL's host. */
function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host.replace(/%.*$/, '')}]` : host;
}
