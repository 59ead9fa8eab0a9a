import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ContainerError, isSecretName } from '@cloud/container-core';
import { closest } from './closest.js';
import { problemWithOptions, unknownKey } from './profile-options.js';
import { PROVIDERS, providerOf } from './providers.js';

/** The file of profiles. Only the working directory is searched: a directory above it may belong to another user. */
export const PROFILES_FILE = 'cloud-container.json';

/** Where to connect to, under a name. */
export interface Profile {
  readonly url: string;
  /** Options of the driver that a URL has no room for; no secrets. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface Profiles {
  /** The profile to use when nothing else says where to connect to. */
  readonly defaultProfile?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const MAX_FILE_BYTES = 1024 * 1024;

/** The profiles of a file, and the hash of the very bytes that they were read from. */
export interface ProfilesFile {
  readonly path: string;
  readonly sha256: string;
  readonly profiles: Profiles;
}

/** Reads and checks the file; `undefined` when it does not exist. Whether the user trusts it is for the caller to ask. */
export async function readProfilesFile(path: string): Promise<ProfilesFile | undefined> {
  const bytes = await readRegularFile(path);
  if (bytes === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message repeats the text.
    throw invalid('it is not JSON');
  }
  return { path, sha256: hashOf(bytes), profiles: checkProfiles(content) };
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readRegularFile(path: string): Promise<Buffer | undefined> {
  try {
    // A pipe of this name would otherwise hold the command for ever.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const facts = await file.stat();
    if (!facts.isFile()) throw invalid('it is not a regular file');
    const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (length > MAX_FILE_BYTES) throw invalid('it is larger than 1 MiB');
      if (bytesRead === 0) return bytes.subarray(0, length);
    }
  } catch (cause) {
    if (ContainerError.isInstance(cause)) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid(`it cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

function checkProfiles(content: unknown): Profiles {
  if (!isRecord(content) || !isRecord(content['profiles'])) throw invalid('it has no object "profiles"');
  const { profiles, ...others } = content;
  // Names of profiles are the user's own words.
  const credential =
    credentialKey(others) ??
    Object.values(profiles as object)
      .map((profile) => credentialKey(profile))
      .find(Boolean);
  if (credential !== undefined) throw invalid(`it has the key "${credential}": credentials do not belong in this file`);
  refuseUnknown(content, 'it', ['$schema', 'defaultProfile', 'profiles']);
  for (const [name, profile] of Object.entries(content['profiles'])) {
    if (!isRecord(profile) || typeof profile['url'] !== 'string') throw invalid(`the profile "${name}" has no "url"`);
    refuseUnknown(profile, `the profile "${name}"`, ['url', 'options']);
    checkConnection(name, profile['url'], profile['options']);
  }
  const standard = content['defaultProfile'];
  if (standard !== undefined && typeof standard !== 'string') throw invalid('"defaultProfile" is not a name');
  if (typeof standard === 'string' && !Object.hasOwn(profiles as object, standard))
    throw invalid('"defaultProfile" names no profile of the file');
  return content as unknown as Profiles;
}

function checkConnection(name: string, url: string, options: unknown): void {
  const provider = providerOf(url);
  if (provider === undefined) {
    const known = PROVIDERS.map((each) => each.name);
    const meant = closest(url.split(/[:+]/, 1)[0] ?? '', known);
    throw invalid(
      `the "url" of the profile "${name}" names no known provider; ${meant === undefined ? `the providers are ${known.join(', ')}` : `did you mean "${meant}:"?`}`,
    );
  }
  const problem = options === undefined ? undefined : problemWithOptions(provider.name, options);
  if (problem !== undefined) throw invalid(`the profile "${name}": ${problem}`);
}

/** The first key that names a credential, however deep. */
function credentialKey(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 16) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = !Array.isArray(value) && isSecretName(key) ? key : credentialKey(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refuseUnknown(value: Record<string, unknown>, where: string, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(`${where}: ${unknownKey(unknown, unknown, known)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `${PROFILES_FILE} cannot be used: ${why}.`, { operation: 'connect' });
}
