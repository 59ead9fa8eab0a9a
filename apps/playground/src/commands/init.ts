import { rename, rm, writeFile } from 'node:fs/promises';
import { ContainerError } from '@cloud/container-core';
import { Command } from 'commander';
import { hashOf, PROFILES_FILE, type Profiles } from '../connection/profiles.js';
import type { Session } from '../session/session.js';

/** Only local providers may be a default: a cloud account must be asked for. */
const STARTER: Profiles = {
  defaultProfile: 'memory',
  profiles: {
    memory: { url: 'memory:' },
    local: { url: 'docker:' },
    podman: { url: 'podman:' },
    cloud: { url: 'ecs://us-east-1/default?launchType=FARGATE' },
  },
};

export function initCommand(session: Session): Command {
  return new Command('init')
    .description(`write ${PROFILES_FILE}: named profiles for --profile, no secrets`)
    .option('--force', 'also when there is one already')
    .action(async ({ force }: { readonly force?: boolean }) => {
      const path = session.profilesFile;
      const text = `${JSON.stringify(STARTER, null, 2)}\n`;
      try {
        if (force) await replaceFile(path, text);
        else await writeFile(path, text, { flag: 'wx' });
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code;
        if (code !== 'EEXIST') throw new ContainerError('precondition-failed', `init: ${path} cannot be written (${code}).`, { cause });
        throw new ContainerError('conflict', `init: there is a ${PROFILES_FILE} already; --force writes over it.`, { operation: 'init' });
      }
      // The hash of what was written here, not of what the file holds by now.
      await session.trusted.trust({ path, sha256: hashOf(text) });
      session.output.result(
        { path, ...STARTER },
        `${path} is written: profiles ${Object.keys(STARTER.profiles).join(', ')}; use one with --profile NAME, edit it as you like and run \`trust\` after that.`,
      );
    });
}

/** Replaces the file itself: a link in its place is not followed. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(draft, { force: true });
    throw error;
  }
}
