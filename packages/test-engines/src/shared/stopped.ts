import { existsSync, readdirSync, readFileSync } from 'node:fs';

const MAX_WAIT_MS = 2000;

/**
 * Waits until a process that was sent SIGSTOP stands still; throws after two seconds.
 *
 * The signal goes to one thread, which stops the others once it is scheduled: until then they still answer. Without
 * `/proc` (macOS) it returns at once.
 */
export function waitUntilStopped(pid: number): void {
  if (!existsSync('/proc/self/task')) return;
  const neverNotified = new Int32Array(new SharedArrayBuffer(4));
  for (const deadline = Date.now() + MAX_WAIT_MS; !isStopped(pid); Atomics.wait(neverNotified, 0, 0, 1)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} still runs two seconds after SIGSTOP.`);
  }
}

/** The state follows the name of the program, which is in parentheses and may hold some itself (proc(5)). */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      /\) [TtZX] [^)]*$/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
    );
  } catch (error) {
    // A thread or the process itself has ended between two looks.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return !existsSync(`/proc/${pid}`);
    throw error;
  }
}
