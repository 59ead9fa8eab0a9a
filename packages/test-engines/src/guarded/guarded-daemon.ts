import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineControls } from '../shared/controls.js';
import { detachGuard, endGuard, startGuard } from '../shared/guard.js';
import { enginePath } from '../shared/programs.js';
import { waitUntilReady } from '../shared/ready.js';
import { waitUntilStopped } from '../shared/stopped.js';

/**
 * Kills the process group whose number came last on stdin, then removes the directory. It waits for the group to be
 * gone, because a dying process may still write; at most two seconds, because nobody may be there to reap it.
 */
const guardScript = `
while read -r line; do group=$line; done
exec >/dev/null 2>&1
if [ -n "$group" ]; then
  kill -s KILL -- "-$group"
  tries=0
  while kill -s 0 -- "-$group" && [ $tries -lt 100 ]; do sleep 0.02; tries=$((tries + 1)); done
fi
rm -rf -- "$1"
`;

export interface GuardedDaemonDescription {
  /** For error sentences: "docker-registry". */
  readonly what: string;
  /** Removed with the daemon; its log is the file `log` in there. */
  readonly directory: string;
  readonly command: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly probe: () => Promise<void>;
}

export interface GuardedDaemon {
  readonly controls: EngineControls;
  stop(): Promise<void>;
}

/**
 * Starts a daemon that needs no namespaces, as any user, in a process group of its own, and waits until it answers. It
 * ends with the test process, however that ends.
 */
export async function startGuardedDaemon(daemon: GuardedDaemonDescription): Promise<GuardedDaemon> {
  const { what, directory, probe } = daemon;
  const logPath = join(directory, 'log');
  const guard = startGuard(guardScript, directory);
  let child: ChildProcess | undefined;

  const runningPid = () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined);
  const signalGroup = (signal: NodeJS.Signals) => {
    const pid = runningPid();
    if (pid !== undefined) process.kill(-pid, signal);
  };
  const kill = async () => {
    if (child === undefined || runningPid() === undefined) return;
    // Somebody waits for it now, so the process must not end meanwhile.
    child.ref();
    const ended = once(child, 'exit');
    signalGroup('SIGKILL');
    await ended;
    // The group's number may be given to another process from now on.
    guard.stdin.write('\n');
  };
  const start = async () => {
    child = spawnInGroup(daemon, logPath);
    guard.stdin.write(`${child.pid}\n`);
    await waitUntilReady({ what, probe, ended: () => runningPid() === undefined, logPath });
  };
  const stop = async () => {
    await kill();
    await endGuard(guard);
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  detachGuard(guard);
  const controls: EngineControls = {
    get pid() {
      const pid = runningPid();
      if (pid === undefined) throw new Error(`${what} is not running`);
      return pid;
    },
    freeze: () => {
      signalGroup('SIGSTOP');
      waitUntilStopped(controls.pid);
    },
    resume: () => signalGroup('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      await start();
    },
  };
  return { controls, stop };
}

function spawnInGroup(
  { command: [program, ...parameters], directory, environment }: GuardedDaemonDescription,
  logPath: string,
): ChildProcess {
  const log = openSync(logPath, 'a');
  const child = spawn(program, parameters, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: enginePath(), HOME: directory, ...environment },
  });
  closeSync(log);
  child.unref();
  return child;
}
