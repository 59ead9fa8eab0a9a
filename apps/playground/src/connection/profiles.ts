import { readFile } from 'node:fs/promises';
import { ContainerError } from '@cloud/container-core';

/** The file of profiles, looked for in the current directory only: a directory above may be somebody else's. */
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

const CREDENTIAL_KEY = /passw(or)?d|secret|token|credential|signature|(access|api|private|auth)[-_.]?key|^auth$/i;

/** Reads the file; `undefined` when there is none. */
export async function readProfiles(path: string): Promise<Profiles | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid(`it cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's message repeats the text.
    throw invalid('it is not JSON');
  }
  return checkProfiles(content);
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
    const options = profile['options'];
    if (options !== undefined && !isRecord(options)) throw invalid(`the "options" of the profile "${name}" are not an object`);
  }
  const standard = content['defaultProfile'];
  if (standard !== undefined && typeof standard !== 'string') throw invalid('"defaultProfile" is not a name');
  return content as unknown as Profiles;
}

/** The first key that names a credential, however deep. */
function credentialKey(value: unknown, depth = 0): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 16) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = !Array.isArray(value) && CREDENTIAL_KEY.test(key) ? key : credentialKey(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function refuseUnknown(value: Record<string, unknown>, where: string, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalid(`${where} has the key "${unknown}"; there are ${known.join(', ')}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `${PROFILES_FILE} cannot be used: ${why}.`, { operation: 'connect' });
}
