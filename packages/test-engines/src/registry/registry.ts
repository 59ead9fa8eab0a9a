import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuardedDaemon } from '../guarded/guarded-daemon.js';
import { type EngineControls, type Stoppable, stoppable, withControls } from '../shared/controls.js';
import { freePort } from '../shared/free-port.js';
import { probeTcp } from '../shared/probe-tcp.js';
import { requireProgram } from '../shared/programs.js';
import { temporaryDirectory } from '../shared/temporary-directory.js';
import { fullAccount, pullOnlyAccount, type RegistryAccount } from './accounts.js';
import { writeRegistryConfiguration } from './registry-configuration.js';
import { type SelfSignedCertificate, selfSignedCertificate } from './self-signed-certificate.js';
import { startTokenServer, type TokenServer } from './token-server.js';

export interface RegistryOptions {
  /** Default `none`. */
  readonly auth?: 'none' | 'htpasswd' | 'token';
  /** Token mode: whether anybody may pull without an account; default false. */
  readonly anonymousPull?: boolean;
  /** Serve HTTPS with a certificate of its own; default false. */
  readonly tls?: boolean;
  /** With `tls`: let nobody in without the client certificate of {@link Registry.client}; default false. */
  readonly clientCertificate?: boolean;
  /** Default `127.0.0.1`; `engine.hostAddress` makes the registry reachable from that engine too. */
  readonly listenAddress?: string;
  /** Name uploads by relative URLs, as a registry behind a relay must; default false. */
  readonly relativeUrls?: boolean;
}

/** A real docker-registry (distribution 2.8) that tests may damage. */
export interface Registry extends EngineControls, Stoppable {
  /** `127.0.0.1:41235`, the first part of its images' names. */
  readonly host: string;
  /** `http://127.0.0.1:41235`. */
  readonly origin: string;
  /** May do everything; absent without authentication. */
  readonly credentials?: RegistryAccount;
  /** May only pull; token mode only. */
  readonly pullOnlyCredentials?: RegistryAccount;
  /** The token server; token mode only. */
  readonly tokens?: TokenServer;
  /** PEM of the certificate authority to trust; with `tls` only. Good for `localhost` and `registry.test`, too. */
  readonly certificate?: string;
  /** PEM of the certificate's private key, for a server that a test puts in the registry's place; with `tls` only. */
  readonly key?: string;
  /** What the registry asks of its clients, as PEM; with `clientCertificate` only. */
  readonly client?: { readonly cert: string; readonly key: string };
  /** Root of its files. */
  readonly storagePath: string;
  /** The file of a blob, to corrupt or remove it. */
  blobPath(digest: string): string;
}

/**
 * Starts docker-registry on a free port with its own storage; deletion is allowed. It keeps port and storage over `kill` and `restart`.
 * Throws {@link EngineUnavailable} with the reason when it cannot. It ends with this process, however that ends.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const program = requireProgram('docker-registry', 'docker-registry');
  const directory = temporaryDirectory('registry');
  const started: Stoppable[] = [];
  try {
    return await startIn(directory, program, options, started);
  } catch (error) {
    await Promise.all(started.map((part) => part.stop()));
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** What is to be stopped when a later step fails is added to `started`. */
async function startIn(directory: string, program: string, options: RegistryOptions, started: Stoppable[]): Promise<Registry> {
  const { auth = 'none', listenAddress = '127.0.0.1', anonymousPull = false, relativeUrls = false } = options;
  const storagePath = join(directory, 'storage');
  const port = await freePort(listenAddress);
  const host = `${listenAddress}:${port}`;

  const certificate = options.tls === true ? await selfSignedCertificate(directory, 'server', listenAddress) : undefined;
  const client = options.clientCertificate === true ? await selfSignedCertificate(directory, 'client', listenAddress) : undefined;
  const signer = auth === 'token' ? await selfSignedCertificate(directory, 'signer', listenAddress) : undefined;
  const tokens = signer && (await startTokenServer({ listenAddress, signer, anonymousPull }));
  if (tokens !== undefined) started.push(tokens);
  const configurationPath = await writeRegistryConfiguration({
    directory,
    storagePath,
    host,
    auth,
    certificate,
    client,
    signer,
    tokens,
    relativeUrls,
  });

  const daemon = await startGuardedDaemon({
    what: 'docker-registry',
    directory,
    command: [program, 'serve', configurationPath],
    probe: () => probeTcp(listenAddress, port),
  });
  const members = {
    host,
    origin: `${certificate === undefined ? 'http' : 'https'}://${host}`,
    storagePath,
    blobPath: (digest: string) => blobPath(storagePath, digest),
    ...(auth === 'none' ? {} : { credentials: fullAccount }),
    ...(tokens === undefined ? {} : { tokens, pullOnlyCredentials: pullOnlyAccount }),
    ...(certificate === undefined ? {} : { certificate: certificate.certificate, key: pemOf(certificate) }),
    ...(client === undefined ? {} : { client: { cert: client.certificate, key: pemOf(client) } }),
    ...stoppable(async () => {
      await Promise.all([daemon.stop(), tokens?.stop()]);
    }),
  };
  return withControls(members, daemon.controls);
}

/** Where distribution's filesystem driver keeps a blob. */
function blobPath(storagePath: string, digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(storagePath, 'docker/registry/v2/blobs', algorithm, hex.slice(0, 2), hex, 'data');
}

function pemOf({ key }: SelfSignedCertificate): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
