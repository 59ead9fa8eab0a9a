import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ContainerError } from '@cloud/container-core';
import { checkSpawned, findProgram } from '@cloud/container-core/driver-kit';
import type { PodmanServiceOptions } from '../options.js';
import { lastLines } from './last-lines.js';
import { somebodyListens } from './somebody-listens.js';

const READY_WITHIN_MS = 20_000;
const READY_POLL_MS = 25;
const STOP_WITHIN_MS = 5000;

/** `podman system service` on a private socket, for as long as a driver needs it. Containers outlive it: podman has no daemon. */
export class PodmanService {
  readonly #options: PodmanServiceOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #folder: string | undefined;

  constructor(options: PodmanServiceOptions, environment: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#environment = environment;
  }

  /** Whether it need not be started; true before it was started for the first time, too. */
  get running(): boolean {
    return this.#folder === undefined || (this.#child?.exitCode === null && this.#child.signalCode === null);
  }

  /** Starts it and gives the path of its socket. */
  async start(): Promise<string> {
    const { program = 'podman', arguments: global = [] } = this.#options;
    const path = findProgram(program, this.#environment);
    // Nobody else may open it: mkdtemp makes a folder of our own.
    this.#folder ??= await mkdtemp(join(tmpdir(), 'cloud-podman-'));
    const socket = join(this.#folder, 'podman.sock');
    const child = spawn(path, [...global, 'system', 'service', '--time=0', `unix://${socket}`], {
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    checkSpawned(child);
    this.#child = child;
    let said = '';
    let failed: Error | undefined;
    child.once('error', (error) => {
      failed = error;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = lastLines(said + text, 2000);
    });
    for (const until = Date.now() + READY_WITHIN_MS; ; await delay(READY_POLL_MS)) {
      if (await somebodyListens(socket)) break;
      if (failed === undefined && child.exitCode === null && child.signalCode === null && Date.now() < until) continue;
      await this.stop();
      const why = failed === undefined ? (said.trim().split('\n').at(-1) ?? '') : `${program} can not be run (${failed.message})`;
      throw new ContainerError(
        'unavailable',
        `No podman socket is listening, and podman system service did not start: ${why || 'no reason given'}.`,
        {
          cause: failed,
        },
      );
    }
    // Neither the process nor what it says keeps this one alive.
    child.unref();
    (child.stderr as unknown as { unref?(): void }).unref?.();
    process.once('exit', this.#onExit);
    return socket;
  }

  /** Ends it and removes its socket. */
  async stop(): Promise<void> {
    process.off('exit', this.#onExit);
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
      child.ref();
      const service = serviceOf(child.pid);
      signal(service, 'SIGTERM');
      if ((await Promise.race([ended, delay(STOP_WITHIN_MS, undefined, { ref: false })])) !== 'ended') {
        signal(service, 'SIGKILL');
        child.kill('SIGKILL');
      }
    }
    const folder = this.#folder;
    this.#folder = undefined;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  readonly #onExit = () => {
    if (this.#child?.pid !== undefined) signal(serviceOf(this.#child.pid), 'SIGTERM');
  };
}

/**
 * The process that serves: podman itself, or, where its user is not root, a child with the same command line in namespaces of the user's.
 * When the former is ended, the latter goes on every other time (podman 4.3); when the latter is, the former ends as well.
 */
function serviceOf(id: number): number {
  try {
    const commandLine = readFileSync(`/proc/${id}/cmdline`, 'latin1');
    for (const thread of readdirSync(`/proc/${id}/task`)) {
      for (const child of readFileSync(`/proc/${id}/task/${thread}/children`, 'latin1').split(' ')) {
        if (child !== '' && readFileSync(`/proc/${child}/cmdline`, 'latin1') === commandLine) return Number(child);
      }
    }
  } catch {
    // One of them has just ended, or this is no Linux.
  }
  return id;
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has ended already.
  }
}
