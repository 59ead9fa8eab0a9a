import type { Readable, Writable } from 'node:stream';
import { isError } from '@cloud/container-core/driver-kit';
import type { Program, ProgramPorts } from '../program.js';

/** The exit codes of a process that a signal ended: 128 and the signal's number. */
const TERMINATED = 143;
const KILLED = 137;

/** What a program is run with. */
export interface RunSettings {
  readonly program: Program;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly stdin?: Readable;
  readonly ports: ProgramPorts;
  /** Receives what is written, in the order in which it is. Call `taken` to take the next. */
  readonly write: (stream: 'stdout' | 'stderr', chunk: Buffer, taken: () => void) => void;
}

/** A program under way: its exit code, its polite stop, its being given up. */
export class RunningProgram {
  /** Settles once, whatever the program does; never rejects. */
  readonly exit: Promise<number>;
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  readonly #listeners: ((killSignal: string) => void)[] = [];
  #giveUp: (code: number) => void = () => undefined;

  constructor(settings: RunSettings) {
    const givenUp = new Promise<number>((resolve) => {
      this.#giveUp = resolve;
    });
    this.exit = Promise.race([this.#run(settings), givenUp]).finally(() => {
      this.#over.abort(new DOMException('The program is over.', 'AbortError'));
    });
  }

  /** Asks it to end. */
  stop(): void {
    this.#stop.abort(new DOMException('The container is being stopped.', 'AbortError'));
  }

  /** Sends a signal by name: SIGKILL gives it up, SIGTERM asks it to end, it is told of all others. */
  signal(name: string): void {
    if (name === 'SIGKILL') this.kill();
    else if (name === 'SIGTERM') this.stop();
    else for (const listener of this.#listeners) listener(name);
  }

  /** Does not wait for it any longer. */
  kill(): void {
    this.#giveUp(KILLED);
  }

  async #run({ program, command, env, workingDirectory, stdin, ports, write }: RunSettings): Promise<number> {
    // In a turn of its own: who starts a program goes on first, however long the program keeps the thread.
    await Promise.resolve();
    const streams = process.getBuiltinModule('node:stream');
    const output = (stream: 'stdout' | 'stderr') =>
      new streams.Writable({
        write: (chunk: Buffer, _encoding, taken) => (this.#over.signal.aborted ? taken() : write(stream, chunk, taken)),
      });
    const stdout = output('stdout');
    const stderr = output('stderr');
    try {
      const code = await program({
        command,
        args: command.slice(1),
        env,
        workingDirectory,
        stdin: stdin ?? streams.Readable.from([]),
        stdout,
        stderr,
        signal: this.#stop.signal,
        over: this.#over.signal,
        onSignal: (listener) => void this.#listeners.push(listener),
        ports,
      });
      await Promise.all([finished(stdout), finished(stderr)]);
      return exitCode(code);
    } catch (error) {
      if (this.#stop.signal.aborted && isAbort(error, this.#stop.signal)) return TERMINATED;
      if (!this.#over.signal.aborted) write('stderr', Buffer.from(`${describe(error)}\n`), () => undefined);
      return 1;
    }
  }
}

/** As of a process: only the lowest eight bits are seen. */
function exitCode(returned: unknown): number {
  return typeof returned === 'number' && Number.isInteger(returned) ? returned & 0xff : 0;
}

function finished(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.end(resolve);
  });
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (isError(error) && error.name === 'AbortError');
}

function describe(error: unknown): string {
  return isError(error) ? (error.stack ?? error.message) : String(error);
}
