import { PassThrough } from 'node:stream';
import { ContainerError } from '@cloud/container-core';
import { type BrokenDriver, NO_REJECTION, renamed } from './broken-driver.js';

export const brokenExecs: readonly BrokenDriver[] = [
  {
    does: 'calls every exit code of an exec 0',
    fails: {
      'exec.exit-code-1': 'expected +0 to be 1',
      'exec.exit-code-255': 'expected +0 to be 255',
      'exec.missing-command': 'expected [ 126, 127 ] to include +0',
      'exec.exit-code-42': 'expected +0 to be 42',
    },
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        return { ...process, exit: process.exit.then(() => ({ code: 0 })) };
      },
    }),
  },
  {
    does: 'settles on the exit code before the output',
    fails: { 'exec.output': 'Premature close' },
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        process.stdout.destroy();
        return process;
      },
    }),
  },
  {
    does: 'never ends the stdin of a command that has none',
    fails: { 'exec.no-stdin': 'The command was not over after 2000 ms.' },
    with: (honest) => ({
      execContainer: (reference, command, options) => honest.execContainer(reference, command, { ...options, stdin: true }),
    }),
  },
  {
    does: 'hangs on after an exec is aborted',
    fails: { 'exec.abort': 'The exec was not over after 2000 ms.' },
    with: (honest) => ({
      execContainer: (reference, command, { signal: _signal, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
  {
    does: 'reports a command that ran past its deadline as retryable',
    fails: { 'exec.deadline': 'expected true to be false' },
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        const exit = process.exit.catch((error: unknown) => {
          if (!ContainerError.isInstance(error) || error.code !== 'timeout') throw error;
          throw new ContainerError('timeout', error.message, { provider: 'memory', operation: 'execContainer', retryable: true });
        });
        exit.catch(() => undefined);
        return { ...process, exit };
      },
    }),
  },
  {
    does: 'does not know the exit code of an exec',
    fails: { 'exec.exit-code-0': 'expected undefined to be +0' },
    with: (honest) => ({
      execContainer: async (...call) => ({ ...(await honest.execContainer(...call)), exit: Promise.resolve({}) }),
    }),
  },
  {
    does: 'ignores the environment of an exec',
    fails: { 'exec.environment': "expected 'yes\\n\\n/tmp\\n' to be 'yes\\na \"b\" $c\\n/tmp\\n" },
    with: (honest) => ({
      execContainer: (reference, command, { env: _env, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
  {
    does: 'calls it a conflict when a container does not run',
    fails: { 'exec.not-running': 'The code precondition-failed was expected, not conflict' },
    with: (honest) => ({ execContainer: (...call) => honest.execContainer(...call).catch(renamed('precondition-failed', 'conflict')) }),
  },
  {
    does: 'runs something where it is given nothing to run',
    fails: { 'exec.validation': NO_REJECTION },
    with: (honest) => ({
      execContainer: (reference, command, options) => honest.execContainer(reference, command.length === 0 ? ['true'] : command, options),
    }),
  },
  {
    does: 'has nobody read the stdin of a command',
    fails: { 'exec.stdin': 'expected false to be true' },
    with: (honest) => ({
      execContainer: async (reference, command, options) => ({
        ...(await honest.execContainer(reference, command, { ...options, stdin: false })),
        stdin: new PassThrough(),
      }),
    }),
  },
  {
    does: 'gives no terminal and says nothing',
    fails: { 'exec.tty-refused': NO_REJECTION },
    with: (honest) => ({
      execContainer: (reference, command, { tty: _tty, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
  {
    does: 'ignores the user of an exec, whom it says it refuses',
    fails: { 'exec.user-refused': NO_REJECTION },
    with: (honest) => ({
      execContainer: (reference, command, { user: _user, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
  {
    does: 'lets go of a command that it says it ends',
    fails: { 'exec.abort-as-declared': "expected 'went on\\n' to be" },
    with: (honest) => ({
      execContainer: async (reference, command, { signal, ...options } = {}) => {
        const process = await honest.execContainer(reference, command, options);
        const aborted = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
        return { ...process, exit: Promise.race([process.exit, aborted]) };
      },
    }),
  },
];
