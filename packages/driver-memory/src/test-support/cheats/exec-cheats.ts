import type { Cheat } from './cheat.js';

export const execCheats: readonly Cheat[] = [
  {
    does: 'calls every exit code of an exec 0',
    row: 'exec.exit-code-42',
    with: (honest) => ({
      execContainer: async (...call) => {
        const process = await honest.execContainer(...call);
        return { ...process, exit: process.exit.then(() => ({ code: 0 })) };
      },
    }),
  },
  {
    does: 'settles on the exit code before the output',
    row: 'exec.output',
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
    row: 'exec.no-stdin',
    with: (honest) => ({
      execContainer: (reference, command, options) => honest.execContainer(reference, command, { ...options, stdin: true }),
    }),
  },
  {
    does: 'hangs on after an exec is aborted',
    row: 'exec.abort',
    with: (honest) => ({
      execContainer: (reference, command, { signal: _signal, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
];
