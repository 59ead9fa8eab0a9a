import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContainer } from '@cloud/aws-fake';

type RunOptions = Parameters<RunContainer>[0];

/** `nc -l -p PORT` as busybox has it: sends its input to one client. Systems differ in their `nc`, and many have none. */
const NETCAT = `#!${process.execPath}
const { createServer } = require('node:net');
const server = createServer((socket) => {
  server.close();
  socket.on('error', () => process.exit(1)).on('close', () => process.exit(0));
  process.stdin.pipe(socket).pipe(process.stdout);
});
server.listen(Number(process.argv[process.argv.indexOf('-p') + 1]), '127.0.0.1');
`;
const applets = mkdtempSync(join(tmpdir(), 'ecs-host-programs-'));
writeFileSync(join(applets, 'nc'), NETCAT, { mode: 0o755 });

/** To be called when the last container has ended. */
export function removeHostPrograms(): void {
  rmSync(applets, { recursive: true, force: true });
}

/** How much faster than ECS health checks run in tests: ECS takes no interval below 5 s. */
const HEALTH_CHECK_SPEED = 50;

/**
 * Runs the containers of the fake as processes of this machine, so that output, signals and exit codes are those of real programs.
 *
 * Each is the leader of a process group, which is killed as a whole, as a container's processes are.
 */
export const hostPrograms: RunContainer = (options) =>
  new Promise((resolve, reject) => {
    const [program, ...given] = [...(options.entryPoint ?? []), ...(options.command ?? [])];
    if (program === undefined) throw new Error('no command specified');
    const child = spawn(program, given, spawnOptions(options));
    const stopChecks = checkHealth(options);
    const onTerminate = () => void child.kill('SIGTERM');
    const onKill = () => killGroup(child);
    options.terminate.addEventListener('abort', onTerminate, { once: true });
    options.kill.addEventListener('abort', onKill, { once: true });
    if (options.terminate.aborted) onTerminate();
    child.stdout?.on('data', (chunk: Uint8Array) => options.onOutput(chunk));
    child.stderr?.on('data', (chunk: Uint8Array) => options.onOutput(chunk));
    child.once('error', reject);
    // When the first process of a container ends, the others are killed.
    child.once('exit', () => killGroup(child));
    child.once('close', (code, signal) => {
      stopChecks();
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
    });
  });

function spawnOptions({ environment, workingDirectory, user }: RunOptions) {
  return {
    cwd: workingDirectory ?? '/',
    env: { PATH: `${applets}:${process.env['PATH']}`, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: Number(user.split(':')[0]) }),
  };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}

function checkHealth(options: RunOptions): () => void {
  const { healthCheck, setHealth } = options;
  if (healthCheck === undefined) return () => undefined;
  const [form, ...rest] = healthCheck.command;
  const [program = 'sh', ...given] = form === 'CMD-SHELL' ? ['sh', '-c', ...rest] : rest;
  let failures = 0;
  const timer = setInterval(
    () => {
      const check = spawn(program, given, { stdio: 'ignore', cwd: options.workingDirectory ?? '/' });
      check.once('exit', (code) => {
        failures = code === 0 ? 0 : failures + 1;
        if (code === 0) setHealth('HEALTHY');
        else if (failures >= (healthCheck.retries ?? 3)) setHealth('UNHEALTHY');
      });
    },
    ((healthCheck.interval ?? 30) * 1000) / HEALTH_CHECK_SPEED,
  );
  return () => clearInterval(timer);
}
