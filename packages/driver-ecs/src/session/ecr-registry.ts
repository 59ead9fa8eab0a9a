import { ContainerError } from '@cloud/container-core';

import type { RegistryClient } from '@cloud/docker-utils';
import type { Aws, RequestContext } from '../client/aws.js';
import { mapError } from '../map-error.js';
import type { EcsOptions } from '../options.js';
import { dockerUtils } from './docker-utils.js';

/** The user name and password for `docker login` to ECR. */
export interface RepositoryToken {
  /** Always `AWS`. */
  readonly username: string;
  readonly password: string;
  /** Twelve hours after it was issued. */
  readonly expiresAt?: Date;
  /** The URL of the registry. */
  readonly endpoint: string;
}

/** A token that expires earlier than this is renewed. */
const RENEW_BEFORE_MS = 10 * 60_000;

/** The account's private registry: its address, its tokens and clients for it. */
export class EcrRegistry {
  readonly #aws: Aws;
  readonly #options: Pick<EcsOptions, 'environment' | 'retry'>;
  #token: RepositoryToken | undefined;

  constructor(aws: Aws, options: Pick<EcsOptions, 'environment' | 'retry'>) {
    this.#aws = aws;
    this.#options = options;
  }

  /** Returns a token for every repository that the caller may read or write; the known one until shortly before it expires. */
  async token(context: RequestContext): Promise<RepositoryToken> {
    const left = (this.#token?.expiresAt?.getTime() ?? 0) - Date.now();
    if (this.#token === undefined || left < RENEW_BEFORE_MS) this.#token = await this.#request(context);
    return this.#token;
  }

  /** Returns the host as references have it: `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
  async host(context: RequestContext): Promise<string> {
    // The address does not change with the token.
    const { endpoint } = this.#token ?? (await this.token(context));
    return new URL(endpoint).host;
  }

  /** Returns a client that renews its token before it expires. The caller closes it. */
  async client(context: RequestContext): Promise<RegistryClient> {
    const { endpoint } = await this.token(context);
    const { RegistryClient } = await dockerUtils();
    const { environment, retry } = this.#options;
    return new RegistryClient(endpoint, {
      environment,
      retry,
      trustedHosts: layerHosts(endpoint),
      credentials: async (_host, { signal }) => {
        const { username, password, expiresAt } = await this.#tokenForClient(signal);
        return { username, password, expiresAt };
      },
    });
  }

  async #tokenForClient(signal: AbortSignal): Promise<RepositoryToken> {
    try {
      return await this.token({ signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : mapError(error, 'getRepositoryToken');
    }
  }

  async #request(context: RequestContext): Promise<RepositoryToken> {
    const { authorizationData = [] } = await this.#aws.ecr('getAuthorizationToken', {}, context);
    const [{ authorizationToken, expiresAt, proxyEndpoint } = {}] = authorizationData;
    const decoded = Buffer.from(authorizationToken ?? '', 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 1 || proxyEndpoint === undefined) {
      throw new ContainerError('internal', 'GetAuthorizationToken gave no token that can be read.');
    }
    return {
      username: decoded.slice(0, colon),
      password: decoded.slice(colon + 1),
      endpoint: proxyEndpoint,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  }
}

/**
 * The bucket that ECR redirects downloads of layers to: in a VPC with an interface endpoint for S3 it has a private address.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
function layerHosts(endpoint: string): string[] {
  const [, region, domain] = /\.dkr\.ecr\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)$/.exec(new URL(endpoint).hostname) ?? [];
  return region === undefined ? [] : [`prod-${region}-starport-layer-bucket.s3.${region}.${domain}`];
}
