import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
/** Kept by Node itself for later runs. */
const CACHES: ReadonlySet<string> = new Set(['node-compile-cache']);

let folder = '';

/** Gives a run of the tests a temporary folder of its own, so that what it leaves is known to be its. */
export function setup(): void {
  const parent = realpathSync(tmpdir());
  // Short, because paths of unix sockets end at 107 bytes.
  folder = mkdtempSync(join(parent, 'ct-'));
  process.env['TMPDIR'] = folder;
}

/** Fails the run when a file, a socket, a mount or a process is left of it. */
export async function teardown(): Promise<void> {
  // Engines are ended by guards of their own, a moment after their tests.
  const until = performance.now() + PATIENCE_MS;
  while (leftovers().length > 0 && performance.now() < until) await sleep(100);
  const left = leftovers();
  if (left.length > 0) {
    // Vitest prints what a teardown throws, and ends with 0 all the same.
    process.exitCode = 1;
    throw new Error(`The tests have left behind:\n${left.join('\n')}`);
  }
  rmSync(folder, { recursive: true, force: true });
}

function leftovers(): string[] {
  const files = readdirSync(folder).filter((name) => !CACHES.has(name));
  const mounts = readLines('/proc/self/mounts').filter((line) => line.includes(`${folder}/`));
  const processes = (process.platform === 'linux' ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `process ${pid}: ${readLines(`/proc/${pid}/cmdline`).join().replaceAll('\0', ' ')}`)
    .filter((line) => line.includes(`${folder}/`));
  return [...files.map((name) => join(folder, name)), ...mounts.map((line) => `mount ${line}`), ...processes];
}

/** No lines of what is not there (any more). */
function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
