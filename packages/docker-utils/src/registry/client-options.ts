import { type CredentialSource, lazyModule, type RegistryCredentials, type RetryOptions, type TlsOptions } from '@cloud/container-core';
import {
  arrayOf,
  bool,
  type Checked,
  type ChecksOf,
  credentialSource,
  credentials,
  type DebugListener,
  environmentVariables,
  functionOf,
  functionOr,
  integerFrom,
  milliseconds,
  numberFrom,
  type Refuse,
  retryOptions,
  shape,
  text,
  tlsOptions,
} from '@cloud/container-core/driver-kit';
import type { CredentialsProvider } from '../auth/credentials-holder.js';
import { AgentPool } from '../http/agents.js';
import type { HttpRequest, Send } from '../http/exchange.js';
import { Secrets } from '../http/secrets.js';
import { sendWithAxios } from '../http/send-with-axios.js';
import { Keychain } from '../keychain/keychain.js';
import { registryEndpoint } from './endpoint.js';
import { Origin } from './origin.js';
import { RegistrySession } from './session.js';

const bulkModule = lazyModule(() => import('../http/send-in-bulk.js'));
const sendModule = lazyModule(() => import('../http/send.js'));

/** More connections brought nothing in what was measured: the receiving disk or registry is the limit. */
export const DEFAULT_CONCURRENCY = 3;

/** How to reach a registry. */
export interface RegistryClientOptions {
  /**
   * What to log in with: fixed credentials, or a function that gives them when they are needed and again when they end.
   * By default the docker CLI's configuration decides. `{}` is anonymous.
   */
  readonly credentials?: RegistryCredentials | CredentialsProvider | undefined;
  /** Where credentials are looked for when none are given; the docker CLI's configuration by default. */
  readonly keychain?: CredentialSource | undefined;
  /** Plain http. By default only for loopback addresses. */
  readonly insecure?: boolean | undefined;
  /** Certificate authority, and client certificate. */
  readonly tls?: TlsOptions | undefined;
  /** Registries that hold copies, by host or URL; manifests and blobs are read from the first one that has them. */
  readonly registryMirrors?: readonly string[] | undefined;
  /**
   * Hosts, with or without a port, that a registry on a public address may name although they have a private one: token servers, and
   * targets of redirects, uploads and foreign layers. None by default.
   */
  readonly trustedHosts?: readonly string[] | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Total deadline of calls that move little, in milliseconds; 60 000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How many blobs a pull, push or copy moves at a time; 3 by default (more brings nothing on a fast line). */
  readonly concurrency?: number | undefined;
  /** Blobs of at least this size are pulled to disk in several ranges at once; 256 MiB by default, `Infinity` for never. */
  readonly parallelRangesFromBytes?: number | undefined;
  /** The environment for proxies, the docker CLI's configuration and credential helpers; this process's by default. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  readonly onDebug?: DebugListener | undefined;
}

export interface OpenedSession {
  readonly session: RegistrySession;
  readonly secrets: Secrets;
  readonly agents: AgentPool;
}

/** Node's http is loaded with the first request. */
const sendOver =
  (agents: AgentPool): Send =>
  async (request, call) => {
    if (request.inBulk === true && request.url.protocol === 'http:' && canSendInBulk(agents, request)) {
      const { inFileReply, sendInBulk } = await bulkModule();
      if ((await request.intoFile?.(request, call)) === true) return inFileReply(request);
      const reply = await sendInBulk(request, call);
      if (reply !== undefined) return reply;
    }
    return (await sendModule()).send(request, call);
  };

/** Connections that are made past the agent are neither proxied nor held to public addresses. */
function canSendInBulk(agents: AgentPool, { url, agent }: HttpRequest): boolean {
  return !agents.isProxied(url) && !agents.isPublicAgent(agent);
}

/** A client's options, checked and copied. */
export type CheckedClientOptions = Checked<(typeof clientOptions)['members']>;

export const clientOptions = shape({
  credentials: functionOr<CredentialsProvider, RegistryCredentials>(credentials),
  keychain: credentialSource,
  insecure: bool,
  tls: tlsOptions,
  registryMirrors: arrayOf<string>(text),
  trustedHosts: arrayOf<string>(text),
  retry: retryOptions,
  timeoutMs: milliseconds,
  concurrency: integerFrom(1, 64),
  parallelRangesFromBytes: numberFrom(1, Number.POSITIVE_INFINITY, ' bytes'),
  environment: environmentVariables,
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<RegistryClientOptions>);

/** Makes the session of a client; nothing is requested. */
export function openSession(refuse: Refuse, registry: string, options: CheckedClientOptions): OpenedSession {
  const { environment = process.env, retry = {}, concurrency = DEFAULT_CONCURRENCY } = options;
  const endpoint = registryEndpoint(registry, options.insecure);
  const secrets = new Secrets();
  const agents = new AgentPool({ tls: options.tls, maxSockets: 4 * concurrency + 4, environment });
  const send = sendOver(agents);
  const keychain = options.keychain ?? new Keychain({ environment });
  const fromKeychain: CredentialsProvider = (host, { signal }) => keychain.resolve(host, { signal });
  const shared = { trustedHosts: options.trustedHosts ?? [], agents, send, sendToken: sendWithAxios, secrets };
  const main = new Origin({ ...shared, endpoint, credentials: providerOf(refuse, options.credentials, secrets) ?? fromKeychain, retry });
  const mirrors = (options.registryMirrors ?? []).map(
    (mirror) =>
      // Explicit credentials are the registry's own; a mirror has those that the keychain knows for it.
      new Origin({ ...shared, endpoint: registryEndpoint(mirror, undefined), credentials: fromKeychain, retry: { ...retry, retries: 1 } }),
  );
  return { session: new RegistrySession({ main, mirrors, send, retry }), secrets, agents };
}

function providerOf(refuse: Refuse, given: CheckedClientOptions['credentials'], secrets: Secrets): CredentialsProvider | undefined {
  if (given === undefined || typeof given === 'function') return given;
  if (Object.keys(given).length === 0) return () => Promise.resolve(undefined);
  secrets.addCredentials(given);
  const { username, password, identityToken, registryToken } = given;
  if (identityToken === undefined && registryToken === undefined && (username === undefined || password === undefined)) {
    refuse.because('credentials must have a username and a password, an identityToken, or a registryToken');
  }
  return () => Promise.resolve(given);
}
