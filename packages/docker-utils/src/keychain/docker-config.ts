import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContainerError, type RegistryCredentials } from '@cloud/container-core';
import { configKeyOf, hostOfConfigKey } from './registry-host.js';

/** The parts of the docker CLI's `config.json` that are about credentials. */
export interface DockerConfig {
  readonly auths: Readonly<Record<string, unknown>>;
  readonly credHelpers: Readonly<Record<string, unknown>>;
  readonly credsStore?: string;
}

const EMPTY: DockerConfig = { auths: {}, credHelpers: {} };

/** Reads `config.json`; a missing file is an empty configuration, an unreadable or broken one is an error. */
export async function readDockerConfig(directory: string): Promise<DockerConfig> {
  const path = join(directory, 'config.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return EMPTY;
    throw new ContainerError('permission-denied', `The docker configuration ${path} cannot be read (${code}).`, { cause });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    throw new ContainerError('invalid-argument', `The docker configuration ${path} is not JSON; mend it or log in again.`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ContainerError('invalid-argument', `The docker configuration ${path} is no JSON object; mend it or log in again.`);
  }
  const { auths, credHelpers, credsStore } = asRecord(document);
  return {
    auths: asRecord(auths),
    credHelpers: asRecord(credHelpers),
    ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
  };
}

/** The name of the helper program that is configured for a (normalized) host: its own one, else the general one. */
export function helperFor(config: DockerConfig, host: string): string | undefined {
  const own = memberFor(config.credHelpers, host);
  return typeof own === 'string' && own !== '' ? own : config.credsStore;
}

/** The credentials that stand in the file itself for a (normalized) host. An `auth` that can't be read is an error, not anonymity. */
export function storedCredentials(config: DockerConfig, host: string): RegistryCredentials | undefined {
  const entry = asRecord(memberFor(config.auths, host));
  const text = (name: string) => (typeof entry[name] === 'string' && entry[name] !== '' ? entry[name] : undefined);
  const identityToken = text('identitytoken');
  const registryToken = text('registrytoken');
  // Docker pads the password with NUL bytes when it was read from a legacy store.
  const decoded = Buffer.from(text('auth') ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  const username = text('username') ?? (colon > 0 ? decoded.slice(0, colon) : undefined);
  const password = text('password') ?? (colon > 0 ? decoded.slice(colon + 1) : undefined);
  if (identityToken === undefined && registryToken === undefined && (username === undefined || password === undefined)) {
    if (text('auth') === undefined) return undefined;
    throw new ContainerError('invalid-argument', `The docker configuration's "auth" of ${host} is damaged; log in to it again.`);
  }
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined || password === '' ? {} : { password }),
    ...(identityToken === undefined ? {} : { identityToken }),
    ...(registryToken === undefined ? {} : { registryToken }),
  };
}

/** The exact key comes first, then any older spelling of it. */
function memberFor(record: Readonly<Record<string, unknown>>, host: string): unknown {
  for (const key of [configKeyOf(host), host]) if (Object.hasOwn(record, key)) return record[key];
  const other = Object.keys(record).find((key) => hostOfConfigKey(key) === host);
  return other === undefined ? undefined : record[other];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
