import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { ecrAccount, fullAccount } from './accounts.js';
import type { SelfSignedCertificate } from './self-signed-certificate.js';
import type { TokenServer } from './token-server.js';

export interface RegistrySetup {
  readonly directory: string;
  readonly storagePath: string;
  readonly host: string;
  readonly auth: 'none' | 'htpasswd' | 'token';
  /** What the registry serves HTTPS with. */
  readonly certificate: SelfSignedCertificate | undefined;
  /** Whom it lets in, over HTTPS; anybody when absent. */
  readonly client: SelfSignedCertificate | undefined;
  /** Whose tokens it believes. */
  readonly signer: SelfSignedCertificate | undefined;
  readonly tokens: TokenServer | undefined;
  readonly relativeUrls: boolean;
}

/** Writes docker-registry's configuration file and what it refers to; resolves with its path. */
export async function writeRegistryConfiguration(setup: RegistrySetup): Promise<string> {
  const { directory, storagePath, host, relativeUrls } = setup;
  const path = join(directory, 'registry.json');
  const configuration = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storagePath },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: {
      addr: host,
      // Signs the state of uploads; fixed, so that an upload can go on after a restart.
      secret: 'test-engines',
      relativeurls: relativeUrls,
      ...transportSecurity(setup),
    },
    ...(await authentication(setup)),
  };
  // YAML contains JSON.
  await writeFile(path, JSON.stringify(configuration));
  return path;
}

function transportSecurity({ certificate, client }: RegistrySetup): object {
  if (certificate === undefined) return {};
  const clients = client === undefined ? {} : { clientcas: [client.certificatePath] };
  return { tls: { certificate: certificate.certificatePath, key: certificate.keyPath, ...clients } };
}

async function authentication({ directory, auth, tokens, signer }: RegistrySetup): Promise<object> {
  if (auth === 'htpasswd') {
    const path = join(directory, 'htpasswd');
    // bcrypt's lowest cost: every request pays it.
    const lines = await Promise.all(
      [fullAccount, ecrAccount].map(async ({ username, password }) => `${username}:${await hash(password, 4)}\n`),
    );
    await writeFile(path, lines.join(''));
    return { auth: { htpasswd: { realm: 'test-registry', path } } };
  }
  if (tokens === undefined || signer === undefined) return {};
  const { realm, service, issuer } = tokens;
  return { auth: { token: { realm, service, issuer, rootcertbundle: signer.certificatePath } } };
}
