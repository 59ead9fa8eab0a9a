import { ContainerError } from '@cloud/container-core';
import { PROFILES_FILE, type Profile, readProfiles } from './profiles.js';

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
}

/**
 * Decides where to connect to: `--url` or `--profile`, else `CLOUD_CONTAINER_URL`, else the file's `defaultProfile`, else `memory:`.
 *
 * Nothing else counts: credentials lying about in the environment are no consent to use them.
 */
export async function resolveTarget({ url, profile, environment, profilesFile }: TargetSources): Promise<Target> {
  if (url !== undefined && profile !== undefined) throw invalid('give --url or --profile, not both');
  if (url !== undefined) return { url, from: '--url' };
  if (profile !== undefined) return fromProfile(profile, profilesFile, '--profile');
  const fromEnvironment = environment['CLOUD_CONTAINER_URL'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return { url: fromEnvironment, from: 'CLOUD_CONTAINER_URL' };
  const standard = (await readProfiles(profilesFile))?.defaultProfile;
  if (standard !== undefined) return fromProfile(standard, profilesFile, `defaultProfile of ${PROFILES_FILE}`);
  return { url: 'memory:', from: 'default' };
}

async function fromProfile(name: string, profilesFile: string, from: string): Promise<Target> {
  const file = await readProfiles(profilesFile);
  if (file === undefined) throw invalid(`there is no ${PROFILES_FILE} here; \`init\` writes one`);
  const known = Object.entries(file.profiles);
  const profile: Profile | undefined = known.find(([key]) => key === name)?.[1];
  if (profile === undefined) {
    throw invalid(`there is no profile "${name}" in ${PROFILES_FILE}; there are ${known.map(([key]) => key).join(', ') || 'none'}`);
  }
  return { url: profile.url, from: `${from} ${name}`, ...(profile.options === undefined ? {} : { options: profile.options }) };
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: ${why}.`, { operation: 'connect' });
}
