import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { ContainerError, type ExecProcess, findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { OWN_FAILURE } from '../exit-codes.js';
import type { Session } from '../session/session.js';
import { collectVariable } from './arguments.js';

interface Flags {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workdir?: string;
}

export function execCommand(session: Session): Command {
  return new Command('exec')
    .description('run a command inside a running container; exits with its code')
    .argument('<container>', 'name, id, or beginning of an id')
    .argument('<command...>', 'after --')
    .option('-i, --interactive', 'connect stdin')
    .option('-t, --tty', 'on a terminal')
    .option('-e, --env <key=value>', 'environment variable (repeat)', collectVariable)
    .option('-u, --user <user>', 'user, user:group, or ids')
    .option('-w, --workdir <path>', 'working directory')
    .action(async (name: string, command: string[], { interactive, tty, env, user, workdir }: Flags) => {
      const { output, callOptions, signal } = session;
      if (interactive && session.shared) {
        throw new ContainerError('precondition-failed', 'exec: -i is not for the shell, which reads stdin itself; run exec -i by itself.');
      }
      const driver = await session.driverWith('exec', 'exec');
      const container = await findContainer(driver, name, callOptions);
      const { stdin, stdout, stderr } = session.surroundings.streams;
      const child = await driver.execContainer(container, command, {
        stdin: interactive,
        tty,
        env,
        user,
        workingDirectory: workdir,
        ...callOptions,
      });
      using _terminal = tty ? takeTerminal(child, session, interactive === true) : undefined;
      if (interactive) feed(stdin, child);
      try {
        const [exit] = await Promise.all([
          child.exit,
          pipeline(child.stdout, stdout, { end: false, signal }),
          pipeline(child.stderr, stderr, { end: false, signal }),
        ]);
        if (exit.code === undefined) output.note('The exit code is not known.');
        session.exitCode = exit.code ?? OWN_FAILURE;
      } finally {
        // What waits for a key press must not keep the process.
        if (interactive) stdin.pause().unref?.();
      }
    });
}

function feed(stdin: NodeJS.ReadStream, child: ExecProcess): void {
  stdin.pipe(child.stdin);
  // A command that ends before it has read everything closes its input; how it ended is told by `exit`.
  child.stdin.on('error', () => stdin.unpipe(child.stdin));
  void once(child.stdin, 'close').then(() => stdin.unpipe(child.stdin));
}

/** Hands keys on as they are pressed, and the size of the window; undone when disposed. */
function takeTerminal(child: ExecProcess, { surroundings }: Session, interactive: boolean): Disposable {
  const { stdin, stdout } = surroundings.streams;
  const terminal = stdout as Partial<NodeJS.WriteStream>;
  const resize = () => {
    const { columns, rows } = terminal;
    if (columns !== undefined && rows !== undefined) child.resize({ columns, rows }).catch(ignoreAfterEnd);
  };
  // Without -i nobody takes the keys, Ctrl-C among them.
  const raw = interactive && stdin.isTTY === true;
  if (raw) stdin.setRawMode(true);
  resize();
  stdout.on('resize', resize);
  return {
    [Symbol.dispose]() {
      if (raw) stdin.setRawMode(false);
      stdout.off('resize', resize);
    },
  };
}

/** The size of a terminal whose command has just ended is of no interest; any other failure also shows in `exit`. */
function ignoreAfterEnd(): void {}
