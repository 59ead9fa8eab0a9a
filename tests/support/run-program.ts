import { execFile } from 'node:child_process';

/** How a program ended. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MINUTES = 60_000;

/** Runs a program to its end; the exit code is the caller's to judge. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = options.env ?? process.env;
    execFile(program, args, { cwd: options.cwd, env, maxBuffer: 2 ** 26, timeout: 10 * MINUTES }, (error, stdout, stderr) => {
      const failed = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode: failed, stdout, stderr });
    });
  });
}

/** Runs a program that has to succeed and gives its output. */
export async function output(...[program, args, options]: Parameters<typeof runProgram>): Promise<string> {
  const outcome = await runProgram(program, args, options);
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${outcome.exitCode}:\n${outcome.stdout}${outcome.stderr}`.slice(0, 8000));
}
