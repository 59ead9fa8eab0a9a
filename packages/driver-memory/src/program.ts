import type { Server, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** What a program finds when it is run. */
export interface ProgramContext {
  /** Entry point and command together: the program's name, then its arguments. */
  readonly command: readonly string[];
  /** The arguments alone. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What relative paths mean; the process itself does not move there. */
  readonly workingDirectory: string;
  /** At its end already, but for an exec with `stdin: true`. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Fires at the polite request to stop. Who takes no notice is given up after the grace period. */
  readonly signal: AbortSignal;
  /**
   * Fires when the program has been given up, and at its end: whatever it still writes is lost. Give it to timers and
   * servers, so that none outlives the container.
   */
  readonly over: AbortSignal;
  /** Is told of signals such as `SIGHUP` that somebody sends, other than SIGTERM (see `signal`) and SIGKILL, which none survives. */
  onSignal(listener: (killSignal: string) => void): void;
  readonly ports: ProgramPorts;
}

/** Takes the connections to a port: a server that does not listen itself, or a function. */
export type ConnectionHandler = Server | ((socket: Socket) => void);

/** The ports of a container, from within. */
export interface ProgramPorts {
  /**
   * Answers connections to a port. The engine listens where the port is published and hands the connections over.
   *
   * @param handler an `http.Server` (or any `net.Server`), which must not listen itself, or a function that takes each socket
   */
  serve(containerPort: number, handler: ConnectionHandler): void;
}

/**
 * An image's program: JavaScript that runs in this process, with no isolation from it.
 *
 * What it returns is the exit code, 0 when it returns nothing. When it throws, the error goes to stderr and the code is 1; the
 * reason of `signal` thrown means 143, as of a process that SIGTERM ended. A program that keeps the thread busy stops
 * everything else, its own stop included.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a program that returns nothing is the common case
export type Program = (context: ProgramContext) => number | void | Promise<number | void>;

/** An image that is more than its program. */
export interface MemoryImage {
  readonly program: Program;
  readonly entrypoint?: readonly string[];
  /** What is run when a deploy gives no command. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** What `execContainer` and health checks run; the small tools of the built-in busybox when absent. */
  readonly exec?: Program;
}
