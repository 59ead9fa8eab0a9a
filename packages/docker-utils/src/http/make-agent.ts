import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type SecureContextOptions,
  connect as tlsConnect,
} from 'node:tls';
import { ContainerError, type TlsOptions } from '@cloud/container-core';
import { setPeerIdle, watchAgent, watchPeer } from '@cloud/container-core/driver-kit';
import { bareHost } from './address.js';
import { proxyAuthorization } from './proxy.js';

/** What a connection over https is made with. */
export interface Security {
  readonly secureContext?: SecureContext;
  /** True by default. */
  readonly rejectUnauthorized?: boolean;
}

/** Makes the keep-alive agent for URLs of a scheme, direct or through a proxy. */
export function makeAgent(
  protocol: string,
  proxy: URL | undefined,
  maxSockets: number,
  security: Security,
  lookup?: LookupFunction,
): HttpAgent {
  const looking = lookup === undefined ? {} : { lookup };
  const options = { keepAlive: true, maxSockets: maxSockets, scheduling: 'lifo' as const, ...looking };
  if (protocol !== 'https:') return watchAgent(proxy === undefined ? new HttpAgent(options) : new ForwardingAgent(proxy, options));
  const secure = { ...options, ...security };
  return watchAgent(proxy === undefined ? new HttpsAgent(secure) : new TunnellingAgent(proxy, secure));
}

/** Makes an agent that looks names up in its own way and leaves no connection open. */
export function makeSingleUseAgent(protocol: string, lookup: LookupFunction, security: Security): HttpAgent {
  return watchAgent(protocol === 'https:' ? new HttpsAgent({ ...security, lookup }) : new HttpAgent({ lookup }));
}

/**
 * What connections over https are made with; to be made once, since reading all authorities takes 30 ms.
 *
 * To Node authorities of one's own take the place of all others; a registry of a company and the public one behind it need both.
 */
export function makeSecureContext({ ca, cert, key, passphrase }: Omit<TlsOptions, 'verify'>): SecureContext {
  const authorities = ca === undefined ? {} : { ca: [...rootCertificates, ...(Array.isArray(ca) ? ca : [ca])] };
  try {
    return createSecureContext({ cert, key, passphrase, ...authorities } as SecureContextOptions);
  } catch (cause) {
    throw new ContainerError(
      'invalid-argument',
      'tls: its ca, cert or key cannot be read; they must be PEM, with the passphrase of the key.',
      {
        cause,
      },
    );
  }
}

/** Plain http through a proxy: the request line carries the whole URL. */
class ForwardingAgent extends HttpAgent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: ConstructorParameters<typeof HttpAgent>[0]) {
    super(options);
    this.#proxy = proxy;
  }

  // Not in Node's public types, but the way in which agents change where a request goes (agent-base does the same).
  addRequest(request: ClientRequest, options: Record<string, unknown>): void {
    const proxy = this.#proxy;
    request.path = `http://${authorityOf(String(options['host']), Number(options['port']))}${request.path}`;
    for (const [name, value] of Object.entries(proxyAuthorization(proxy))) request.setHeader(name, value);
    const target = { ...options, host: bareHost(proxy), port: Number(proxy.port || 80) };
    (HttpAgent.prototype as unknown as Pick<ForwardingAgent, 'addRequest'>).addRequest.call(this, request, target);
  }
}

/** https through a proxy: a CONNECT tunnel, TLS inside. */
class TunnellingAgent extends HttpsAgent {
  readonly #proxy: URL;
  /** Tunnels that the proxy has not answered yet; the agent knows nothing of their sockets. */
  readonly #opening = new Set<ClientRequest>();

  constructor(proxy: URL, options: ConstructorParameters<typeof HttpsAgent>[0]) {
    super(options);
    this.#proxy = proxy;
  }

  override destroy(): void {
    for (const connect of this.#opening) connect.destroy();
    super.destroy();
  }

  override createConnection(options: RequestOptions, callback: (error: Error | null, stream: Duplex) => void = () => undefined): undefined {
    // Node passes no stream with an error.
    const fail = callback as (error: Error) => void;
    const proxy = this.#proxy;
    const target = authorityOf(String(options.host), Number(options.port));
    const connect = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: bareHost(proxy),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
    });
    this.#opening.add(connect);
    connect.once('socket', watchPeer);
    connect.once('close', () => this.#opening.delete(connect));
    connect.once('error', fail);
    connect.once('connect', (reply: IncomingMessage, socket: Socket) => {
      if (reply.statusCode === 200) {
        // From here on the connection inside the tunnel is the one to watch.
        setPeerIdle(socket, true);
        callback(null, tlsConnect({ ...(options as ConnectionOptions), socket }));
        return;
      }
      socket.destroy();
      fail(
        new ContainerError('unavailable', `The proxy ${proxy.host} refused a tunnel to ${target}: HTTP status ${reply.statusCode}.`, {
          retryable: false,
        }),
      );
    });
    connect.end();
  }
}

function authorityOf(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
