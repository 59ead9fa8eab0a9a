import { writeFile } from 'node:fs/promises';
import { ContainerError } from '@cloud/container-core';
import { Command } from 'commander';
import { PROFILES_FILE, type Profiles } from '../connection/profiles.js';
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
      try {
        await writeFile(path, `${JSON.stringify(STARTER, null, 2)}\n`, { flag: force ? 'w' : 'wx' });
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code;
        if (code !== 'EEXIST') throw new ContainerError('precondition-failed', `init: ${path} cannot be written (${code}).`, { cause });
        throw new ContainerError('conflict', `init: there is a ${PROFILES_FILE} already; --force writes over it.`, { operation: 'init' });
      }
      session.output.result(
        { path, ...STARTER },
        `${path} is written: profiles ${Object.keys(STARTER.profiles).join(', ')}; use one with --profile NAME, edit it as you like.`,
      );
    });
}
