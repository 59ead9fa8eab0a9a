import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { enginePath } from './programs.js';

/** A shell that cleans up once its stdin ends: when the test process says so, or ends itself, also by SIGKILL. */
export type Guard = ChildProcessWithoutNullStreams;

/** Starts a guard in a session of its own, where no Ctrl-C reaches it. */
export function startGuard(script: string, ...parameters: string[]): Guard {
  return spawn('sh', ['-c', script, 'engine-guard', ...parameters], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: enginePath() },
  });
}

/** Lets the test process end while the guard still watches it. */
export function detachGuard(guard: Guard): void {
  guard.unref();
  for (const stream of guard.stdio) (stream as Partial<Socket> | null)?.unref?.();
}

/** Lets the guard clean up and waits until it has. Idempotent. */
export async function endGuard(guard: Guard): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  guard.ref();
  const ended = once(guard, 'exit');
  guard.stdin.end();
  await ended;
}
