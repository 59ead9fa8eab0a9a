import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineControls } from '../shared/controls.js';
import { enginePath } from '../shared/programs.js';
import { waitUntilReady } from '../shared/ready.js';
import { waitUntilStopped } from '../shared/stopped.js';
import type { Sandbox } from './sandbox.js';
import { type SandboxProcess, sandboxProcesses } from './sandbox-processes.js';

export interface DaemonDescription {
  /** For error sentences: "dockerd". */
  readonly what: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Program names of the helpers that are part of the engine too, unlike containers: `containerd`. */
  readonly companions?: readonly string[];
  readonly probe: () => Promise<void>;
  /** Called before each start: removes what a killed engine leaves that would keep it from starting again. */
  readonly beforeStart?: () => void;
  /** The file `log` of the sandbox's directory by default. */
  readonly logPath?: string;
  /** How long the daemon may take until it answers; 20 000 by default. */
  readonly timeoutMs?: number;
}

/** Starts a daemon inside a sandbox and waits until it answers. Ending the sandbox ends it. */
export async function startSandboxedDaemon(sandbox: Sandbox, daemon: DaemonDescription): Promise<EngineControls> {
  const logPath = daemon.logPath ?? join(sandbox.directory, 'log');
  const { timeoutMs } = daemon;
  let innerPid: number | undefined;
  const isMain = (found: SandboxProcess) => found.innerPid === innerPid;
  const mainProcess = () => sandboxProcesses(sandbox).find(isMain);
  const engineProcesses = () => sandboxProcesses(sandbox).filter((found) => isMain(found) || daemon.companions?.includes(found.name));
  const signalAll = (signal: NodeJS.Signals) => {
    for (const { pid } of engineProcesses()) sendSignal(pid, signal);
  };

  const start = async () => {
    daemon.beforeStart?.();
    innerPid = await spawnInside(sandbox, daemon, logPath);
    await waitUntilReady({ what: daemon.what, probe: daemon.probe, ended: () => mainProcess() === undefined, logPath, timeoutMs });
  };
  const kill = async () => {
    signalAll('SIGKILL');
    while (engineProcesses().length > 0) await sleep(2);
  };

  await start();
  return {
    get pid() {
      const main = mainProcess();
      if (main === undefined) throw new Error(`${daemon.what} is not running`);
      return main.pid;
    },
    freeze: () => {
      signalAll('SIGSTOP');
      for (const { pid } of engineProcesses()) waitUntilStopped(pid);
    },
    resume: () => signalAll('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      await start();
    },
  };
}

/** A process may have ended meanwhile: containerd dies with dockerd. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Resolves with the daemon's PID inside the sandbox. The daemon becomes a child of the sandbox's first process: were
 * `nsenter` its parent, that would stop together with a frozen daemon, never reap it, and so keep the namespace from ending.
 */
async function spawnInside({ initPid, directory }: Sandbox, { command, environment }: DaemonDescription, logPath: string): Promise<number> {
  const start = 'log=$1; shift; setsid "$@" >>"$log" 2>&1 & echo $!';
  // The engine gets nothing of the caller's environment: a proxy or a DOCKER_… variable would change what it does.
  const child = spawn('nsenter', ['-t', String(initPid), '-n', '-m', '-p', '--', 'sh', '-c', start, 'sh', logPath, ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: enginePath(), HOME: directory, ...environment },
  });
  return Number(await text(child.stdout));
}
