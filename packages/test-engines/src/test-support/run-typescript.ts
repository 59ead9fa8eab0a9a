import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of a test's own, made to be killed. */
export interface RunningProgram extends Disposable {
  /** Its first line of output; rejects when it ends before. */
  readonly firstLine: Promise<string>;
  /** SIGKILL. */
  /** Once it is no process any more. */
  readonly ended: Promise<void>;
  kill(): void;
}

/** Runs a TypeScript program of our sources, unbuilt, in a process of its own. */
export function runTypeScript(program: URL): RunningProgram {
  const hooks = new URL('typescript-hooks.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', hooks, fileURLToPath(program)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const firstLine = Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => line as string),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`))),
  ]);
  firstLine.catch(() => {});
  const ended = once(child, 'exit').then(() => undefined);
  const kill = () => {
    child.kill('SIGKILL');
  };
  return { firstLine, ended, kill, [Symbol.dispose]: kill };
}
