import { ContainerError } from '@cloud/container-core';
import { PROFILES_FILE, type Profile, type Profiles, readProfilesFile } from './profiles.js';
import type { KnownProvider } from './providers.js';
import type { TrustedFiles } from './trusted-files.js';

/** Where to connect to, and who said so. */
export interface Target {
  readonly url: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly from: string;
}

/** What may say where to connect to. */
export interface TargetSources {
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Path of the file of profiles. */
  readonly profilesFile: string;
  /** The files that the user trusts; no other is used. */
  readonly trusted: TrustedFiles;
}

/**
 * Decides where to connect to: `--url` or `--profile`, else `CLOUD_CONTAINER_URL`, else the file's `defaultProfile`, else `memory:`.
 *
 * Nothing else counts: credentials lying about in the environment are no consent to use them.
 */
export async function resolveTarget({ url, profile, environment, profilesFile, trusted }: TargetSources): Promise<Target> {
  if (url !== undefined && profile !== undefined) throw invalid('give --url or --profile, not both');
  if (url !== undefined) return { url, from: '--url' };
  if (profile !== undefined) return fromProfile(profile, await trustedProfiles(profilesFile, trusted), '--profile');
  const fromEnvironment = environment['CLOUD_CONTAINER_URL'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return { url: fromEnvironment, from: 'CLOUD_CONTAINER_URL' };
  const profiles = await trustedProfiles(profilesFile, trusted);
  if (profiles?.defaultProfile === undefined) return { url: 'memory:', from: 'default' };
  return fromProfile(profiles.defaultProfile, profiles, `defaultProfile of ${PROFILES_FILE}`);
}

/** The one way from a file of profiles to a connection: what is checked, trusted and used are the same bytes. */
async function trustedProfiles(path: string, trusted: TrustedFiles): Promise<Profiles | undefined> {
  const file = await readProfilesFile(path);
  if (file === undefined) return undefined;
  await trusted.require(file);
  return file.profiles;
}

function fromProfile(name: string, file: Profiles | undefined, from: string): Target {
  if (file === undefined) throw invalid(`${PROFILES_FILE} not found in this directory; \`init\` writes one`);
  const known = Object.entries(file.profiles);
  const profile: Profile | undefined = known.find(([key]) => key === name)?.[1];
  if (profile === undefined) {
    throw invalid(`there is no profile "${name}" in ${PROFILES_FILE}; there are ${known.map(([key]) => key).join(', ') || 'none'}`);
  }
  return { url: profile.url, from: `${from} ${name}`, ...(profile.options === undefined ? {} : { options: profile.options }) };
}

/** How to connect to a provider of this machine that the user did not name. */
export function unasked({ example, options }: KnownProvider): Target {
  return { url: example, from: 'default', ...(options === undefined ? {} : { options }) };
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: ${why}.`, { operation: 'connect' });
}
