import type { Readable, Writable } from 'node:stream';
import type { CallOptions } from './call-options.js';
import type { ContainerExit } from './container.js';

/** How to run a command inside a running container. Without `timeoutMs` there is no deadline. */
export interface ExecOptions extends CallOptions {
  /** Added to the container's own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** `user`, `user:group`, or ids; the container's own by default. */
  readonly user?: string | undefined;
  /** Absolute path; the container's own by default. */
  readonly workingDirectory?: string | undefined;
  /** Run on a terminal: one merged stream, which arrives as `stdout`. False by default. */
  readonly tty?: boolean | undefined;
  /** Connect `stdin`; false by default, so that commands which read it see its end at once. */
  readonly stdin?: boolean | undefined;
}

/** A command that runs inside a container. */
export interface ExecProcess {
  /** End it to let the command see the end of its input. Already ended without `stdin: true`. */
  readonly stdin: Writable;
  /** Read both outputs: a command that nobody listens to stands still once the connection is full. */
  readonly stdout: Readable;
  /** Ends at once with `tty: true`. */
  readonly stderr: Readable;
  /** Settles after both outputs have ended; rejects when the connection broke or the call was aborted. */
  readonly exit: Promise<ContainerExit>;
  /** Sets the size of the terminal; `unsupported` without `tty: true`. */
  resize(size: { readonly columns: number; readonly rows: number }): Promise<void>;
}
