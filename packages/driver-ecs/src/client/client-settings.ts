import type { Agent } from 'node:http';
import type { AgentOptions, Agent as TlsAgent } from 'node:https';
import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import { watchAgent } from '@cloud/container-core/driver-kit';
import type { AwsCredentials, EcsOptions } from '../options.js';
import { checkConfigFiles } from './check-config-files.js';
import { DEFAULT_RETRIES, retryStrategy } from './retry-strategy.js';

/** What every SDK client of a connection is made with. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
  readonly maxAttempts?: number;
  readonly retryStrategy?: NonNullable<ECSClientConfig['retryStrategy']>;
  readonly logger: NonNullable<ECSClientConfig['logger']>;
  readonly requestHandler: {
    readonly httpAgent: Agent;
    readonly httpsAgent: TlsAgent;
    readonly connectionTimeout: number;
    readonly socketAcquisitionWarningTimeout: number;
  };
}

const CONNECTION_TIMEOUT_MS = 10_000;
const MAX_SOCKETS = 64;
/** The SDK's warning on the console would come long after the call's own deadline. */
const NEVER_MS = 2_147_483_647;

const silent = () => undefined;

/**
 * A logger without `info`, which the SDK calls only if it is there: for it alone the SDK would make a filtered copy of every request and
 * reply, 12 % of the time that a list takes.
 */
const LOGGER = { trace: silent, debug: silent, warn: silent, error: silent } as Partial<
  ClientSettings['logger']
> as ClientSettings['logger'];

/** The SDK's options for a connection; what is absent is left to the SDK's own chain (environment, profile, SSO, role). */
export async function clientSettings(options: EcsOptions): Promise<ClientSettings> {
  checkConfigFiles();
  const [http, https, secure] = await Promise.all([import('node:http'), import('node:https'), tlsSettings(options.tls)]);
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const { region, profile, credentials, retry } = options;
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials: guarded(credentials) }),
    ...(retry === undefined ? {} : { retryStrategy: retryStrategy(retry), maxAttempts: (retry.retries ?? DEFAULT_RETRIES) + 1 }),
    logger: LOGGER,
    requestHandler: {
      httpAgent: watchAgent(new http.Agent(agent)),
      httpsAgent: watchAgent(new https.Agent({ ...agent, ...secure })),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketAcquisitionWarningTimeout: NEVER_MS,
    },
  };
}

/** What connections over TLS are made with. Authorities are added to those of Node: the services of AWS are reached beside an endpoint. */
async function tlsSettings(tls: EcsOptions['tls']): Promise<AgentOptions> {
  if (tls === undefined) return {};
  const { ca, cert, key, passphrase, verify = true } = tls;
  const { rootCertificates } = await import('node:tls');
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ...(typeof ca === 'string' || Buffer.isBuffer(ca) ? [ca] : ca)] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** What a function for credentials throws is about credentials, by the name that the SDK gives such errors. */
function guarded(credentials: NonNullable<EcsOptions['credentials']>): NonNullable<EcsOptions['credentials']> {
  if (typeof credentials !== 'function') return credentials;
  return async () => {
    try {
      return await credentials();
    } catch (error) {
      const failure = new Error('The function that was given for credentials failed.', { cause: error });
      failure.name = 'CredentialsProviderError';
      throw failure;
    }
  };
}
