import { createInterface } from 'node:readline/promises';
import { ContainerError } from '@cloud/container-core';
import { Command } from 'commander';
import { PROFILES_FILE, readProfilesFile } from '../connection/profiles.js';
import { type Reach, reachOf } from '../connection/reach.js';
import { FAILURE } from '../exit-codes.js';
import { plainJson } from '../output/plain-json.js';
import type { Session } from '../session/session.js';

interface Flags {
  readonly yes?: boolean;
  readonly revoke?: boolean;
}

export function trustCommand(session: Session): Command {
  return new Command('trust')
    .description(`show what the ${PROFILES_FILE} of this directory would reach, and allow its use until it changes`)
    .option('-y, --yes', 'without the question; required without a terminal')
    .option('--revoke', 'end the trust in it')
    .action(async ({ yes = false, revoke = false }: Flags) => {
      if (revoke) await revokeTrust(session);
      else await trustFile(session, yes);
    });
}

async function trustFile(session: Session, yes: boolean): Promise<void> {
  const { output, trusted, profilesFile } = session;
  const file = await readProfilesFile(profilesFile);
  if (file === undefined) throw invalid(`${PROFILES_FILE} not found in this directory; \`init\` writes one`);
  const { defaultProfile, profiles } = file.profiles;
  const reaches = await Promise.all(Object.entries(profiles).map(([name, profile]) => reachOf(name, profile, session.registry)));
  output.table(reaches, [
    { heading: 'PROFILE', value: ({ profile }) => `${profile}${profile === defaultProfile ? ' (default)' : ''}` },
    { heading: 'PROVIDER', value: ({ provider }) => provider },
    { heading: 'REACHES', value: ({ host }) => host },
    { heading: 'URL', value: ({ url }) => url },
    { heading: 'OPTIONS', value: optionsText },
  ]);
  if (!yes && !(await confirmed(session))) {
    output.note(`${PROFILES_FILE} is not trusted.`);
    session.exitCode = FAILURE;
    return;
  }
  await trusted.trust(file);
  output.result(
    { path: file.path, sha256: file.sha256, trusted: true, defaultProfile, profiles: reaches },
    `${file.path} is trusted until it changes.`,
  );
}

async function revokeTrust({ output, trusted, profilesFile }: Session): Promise<void> {
  const known = await trusted.revoke(profilesFile);
  output.result({ path: profilesFile, trusted: false }, `${profilesFile} ${known ? 'is no longer trusted' : 'was not trusted'}.`);
}

function optionsText({ options }: Reach): string {
  return Object.entries(options)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : plainJson(value)}`)
    .join(' ');
}

/** Asks at a terminal, and only there: what a script pipes in is no answer of the user's. */
async function confirmed({ surroundings: { streams }, signal, output, shared }: Session): Promise<boolean> {
  const { stdin, stderr } = streams;
  if (output.json || shared || stdin.isTTY !== true || stderr.isTTY !== true) {
    throw invalid('a terminal is required for the question; give --yes to trust this file without it');
  }
  const lines = createInterface({ input: stdin, output: stderr });
  lines.on('SIGINT', () => process.emit('SIGINT'));
  try {
    return /^y(es)?$/i.test((await lines.question('Trust this file? [y/N] ', { signal })).trim());
  } finally {
    lines.close();
  }
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `trust: ${why}.`, { operation: 'trust' });
}
