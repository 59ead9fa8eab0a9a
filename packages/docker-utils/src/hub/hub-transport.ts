import { ContainerError, type RetryOptions, type TlsOptions } from '@cloud/container-core';
import { AddressGuard } from '../http/address-guard.js';
import { AgentPool } from '../http/agents.js';
import { type Call, header } from '../http/exchange.js';
import { readBody } from '../http/read-body.js';
import { errorOfReply } from '../http/reply-error.js';
import { withRetry } from '../http/retry.js';
import { Secrets } from '../http/secrets.js';
import { sendWithAxios } from '../http/send-with-axios.js';

/** A page of tags with all their platforms is some hundred KiB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface HubRequest {
  readonly method: 'GET' | 'POST';
  /** Below the API's URL. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string | undefined;
  /** For error messages: `Reading library/nginx`. */
  readonly what: string;
}

export interface HubTransportSettings {
  readonly retry: RetryOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly tls: TlsOptions | undefined;
  readonly trustedHosts: readonly string[];
}

/** JSON to and from the Hub's API; retried, redirected and limited as everything else is. */
export class HubTransport {
  /** Its path ends with a slash. */
  readonly base: URL;
  readonly secrets = new Secrets();
  readonly #agents: AgentPool;
  readonly #guard: AddressGuard;
  readonly #retry: RetryOptions;

  constructor(base: URL, { retry, environment, tls, trustedHosts }: HubTransportSettings) {
    this.base = base;
    this.#retry = retry;
    this.#agents = new AgentPool({ maxSockets: 8, environment, tls });
    this.#guard = new AddressGuard({ registry: base, trustedHosts, agents: this.#agents });
  }

  request(request: HubRequest, call: Call): Promise<Record<string, unknown>> {
    return withRetry(this.#retry, call, () => this.#attempt(request, call));
  }

  close(): Promise<void> {
    return this.#agents.destroy();
  }

  async #attempt({ method, path, body, token, what }: HubRequest, call: Call): Promise<Record<string, unknown>> {
    const url = new URL(`${this.base.pathname}${path.replace(/^\//, '')}`, this.base);
    call.debug?.('request', `${method} ${url.origin}${url.pathname}`);
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'cloud-docker-utils',
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const reply = await this.#guard.send(sendWithAxios, { method, url, headers, body: content }, call);
    if (reply.status < 200 || reply.status >= 300) {
      const { code, message, httpStatus, vendorCode, retryAfterMs, requestId } = await errorOfReply(reply, call, what);
      throw new ContainerError(code, message, { httpStatus, vendorCode, retryAfterMs, requestId, redact: this.secrets.redact });
    }
    const text = (await readBody(reply, call, MAX_BODY_BYTES)).toString('utf8');
    try {
      return Object(JSON.parse(text));
    } catch {
      throw new ContainerError(
        'unavailable',
        `${what}: Docker Hub did not answer with JSON (${header(reply, 'content-type') ?? 'no type'}).`,
      );
    }
  }
}
