import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { checkSpawned } from '@cloud/container-core/driver-kit';
import { lastLines } from './last-lines.js';

const REMEMBERED_STDERR = 2000;

/**
 * A connection through a program's standard input and output.
 *
 * It has the members of a socket that `http.Agent` uses for connections that it keeps.
 */
export class SshConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';
  #received = false;

  /** `program` is an absolute path: a name would be searched in the working directory too. */
  constructor(program: string, commandLine: readonly string[]) {
    super({ allowHalfOpen: true });
    // Neither a question for a password nor a signal meant for us may reach it.
    const child = spawn(program, commandLine, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    checkSpawned(child);
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.#received = true;
      if (!this.push(chunk)) child.stdout.pause();
    });
    // It has ended, then; `close` follows and knows why.
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = lastLines(this.#stderr + text, REMEMBERED_STDERR);
    });
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => {
      if (this.#received && code === 0) this.push(null);
      else this.destroy(new SshError(program, code, this.#stderr, this.#received));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#everyHandle((handle) => handle.ref?.());
    return this;
  }

  unref(): this {
    this.#everyHandle((handle) => handle.unref?.());
    return this;
  }

  #everyHandle(work: (handle: { ref?(): unknown; unref?(): unknown }) => void): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const handle of [this.#child, stdin, stdout, stderr]) work(handle as { ref?(): unknown; unref?(): unknown });
  }
}

/** What ssh prints when the host of an established connection is silent for longer than `ServerAliveInterval` allows (OpenSSH: clientloop.c). */
const LOST_HOST = /^Timeout, server /m;
/** What it prints when packets do not reach the host (OpenSSH: sshconnect.c). */
const SILENT_HOST = /timed out|No route to host|unreachable/i;

/** The ssh program ended; its code tells `map-error` whether the engine was ever reached. */
class SshError extends Error {
  readonly code: string;
  readonly syscall: 'connect' | 'read';

  constructor(program: string, exitCode: number | null, stderr: string, received: boolean) {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    super(`${program} ended${exitCode === null ? '' : ` with exit code ${exitCode}`}${said === '' ? '' : `: ${said}`}`);
    this.name = 'SshError';
    // Only an established connection has a server that stops responding, also before the engine's first byte.
    const isLost = LOST_HOST.test(stderr);
    this.syscall = received || isLost ? 'read' : 'connect';
    if (isLost || (!received && SILENT_HOST.test(said))) this.code = 'ETIMEDOUT';
    else this.code = received ? 'ECONNRESET' : 'ECONNREFUSED';
  }
}
