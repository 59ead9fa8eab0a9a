import type { RestartPolicy } from '@cloud/container-core';

/** Doubles with each restart, as Docker's does (docs.docker.com/engine/containers/start-containers-automatically). */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 60_000;

/** How long to wait before a program that has ended by itself is run again; `undefined` when it is not. */
export function restartDelayMs(policy: RestartPolicy | undefined, exitCode: number, restarts: number): number | undefined {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** restarts, MAX_DELAY_MS);
  switch (policy?.condition ?? 'never') {
    case 'never':
      return undefined;
    case 'on-failure':
      return exitCode !== 0 && restarts < (policy?.maxRetries ?? Number.POSITIVE_INFINITY) ? delay : undefined;
    case 'always':
    case 'unless-stopped':
      return delay;
  }
}
