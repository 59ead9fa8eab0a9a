import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';

/** The built playground. */
export const PROGRAM = fileURLToPath(new URL('../../apps/playground/dist/main.js', import.meta.url));

// Each test starts many processes, which a busy machine may take long for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly directory?: string;
}

/** A command that runs. */
export class RunningCommand {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #written = { stdout: '', stderr: '' };
  readonly ended: Promise<Ended>;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        this.#written[stream] += text;
      });
    }
    this.ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...this.#written }));
  }

  /** Resolves once it has written something to stdout that fits. */
  async hasWritten(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.#written.stdout)) {
      const over = this.ended.then(({ stdout, stderr }) => {
        throw new Error(`It ended without writing ${wanted}: ${stdout}${stderr}`);
      });
      await Promise.race([once(this.#child.stdout, 'data'), over]);
    }
  }

  interrupt(): void {
    this.kill('SIGINT');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Types into its terminal. */
  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Stops reading what it writes, as `head` does. */
  leave(stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.#child[stream].destroy();
  }
}

/** Whether there are pseudo terminals for tests here; says why not. */
export function terminalAvailable(): boolean {
  const { stdout, error } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (error === undefined && stdout.includes('util-linux')) return true;
  console.warn('Tests that need a terminal are skipped: script of util-linux is not installed; on Debian: apt-get install bsdutils');
  return false;
}

/**
 * A home directory for the commands of a test file, so that they neither see nor leave anything of the user's.
 *
 * It exists from its first use, because Vitest runs no `afterAll` of a file whose tests are all skipped.
 */
export class Home {
  #path: string | undefined;

  constructor() {
    afterAll(() => {
      if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
    });
  }

  get path(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), 'playground-home-'));
    return this.#path;
  }

  /** Starts the built playground as a process. */
  start(words: readonly string[], { environment, directory, input = '' }: CommandOptions = {}): RunningCommand {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd: directory ?? this.path,
      env: { PATH: process.env['PATH'], HOME: this.path, ...environment },
    });
    child.stdin.end(input);
    return new RunningCommand(child);
  }

  /**
   * Starts the built playground in a pseudo terminal; `script` stands between, whose end closes the terminal. The exit code is
   * written to the file `codeFile` too, for when nothing is left to return it.
   */
  startInTerminal(
    words: readonly string[],
    { environment, directory, codeFile = '/dev/null' }: CommandOptions & { readonly codeFile?: string } = {},
  ) {
    const command = [process.execPath, PROGRAM, ...words].map((word) => `'${word}'`).join(' ');
    // The outer shell leads the session and dies of SIGHUP, which the kernel then sends to the others; the inner one survives it.
    const line = `(trap : HUP; ${command}; code=$?; echo $code > '${codeFile}'; exit $code); exit $?`;
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: directory ?? this.path,
      env: { PATH: process.env['PATH'], HOME: this.path, SHELL: '/bin/sh', TERM: 'xterm', ...environment },
    });
    return new RunningCommand(child);
  }

  /** Runs the built playground to its end. */
  run(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }
}
