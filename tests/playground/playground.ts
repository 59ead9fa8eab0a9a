import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

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
    this.#child.kill('SIGINT');
  }

  /** Stops reading what it writes, as `head` does. */
  leave(): void {
    this.#child.stdout.destroy();
  }
}

/** A home of its own for the commands of a test file, so that they neither see nor leave anything of the user's. */
export class Home implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'playground-home-'));

  /** Starts the built playground as a process. */
  start(words: readonly string[], { environment, directory, input = '' }: CommandOptions = {}): RunningCommand {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      cwd: directory ?? this.path,
      env: { PATH: process.env['PATH'], HOME: this.path, ...environment },
    });
    child.stdin.end(input);
    return new RunningCommand(child);
  }

  /** Runs the built playground to its end. */
  run(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
