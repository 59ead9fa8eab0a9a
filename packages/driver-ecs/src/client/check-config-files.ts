import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { ContainerError } from '@cloud/container-core';

/** Where the AWS SDK finds its configuration, which may name a program to run (`credential_process`) and an endpoint to send signed requests to. */
const FILES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'] as const;

/**
 * Throws `invalid-argument` when the AWS SDK would read a file of the working directory as the user's own configuration: for a relative
 * path in one of its variables, and for an empty or relative `HOME`.
 *
 * @see https://github.com/smithy-lang/smithy-typescript/blob/main/packages/core/src/submodules/config/shared-ini-file-loader/getHomeDir.ts
 */
export function checkConfigFiles(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of FILES) {
    const path = environment[name];
    if (path !== undefined && path !== '' && !isAbsolute(path)) throw relative(name);
  }
  // The SDK does not look for a home directory when it needs none.
  if (FILES.every((name) => environment[name])) return;
  const { HOME, USERPROFILE, HOMEPATH } = environment;
  const home = HOME || USERPROFILE || (HOMEPATH ? `${environment['HOMEDRIVE'] ?? 'C:'}${HOMEPATH}` : homedir());
  if (!isAbsolute(home)) throw relative('HOME');
}

function relative(name: string): ContainerError {
  return new ContainerError(
    'invalid-argument',
    `${name} must be an absolute path. Files of the working directory are not read as configuration of AWS.`,
  );
}
