import { utimes } from 'node:fs/promises';

/** Far below every time after which a silent file counts as abandoned. */
const HEARTBEAT_INTERVAL_MS = 5_000;

const paths = new Set<string>();
let timer: NodeJS.Timeout | undefined;

/**
 * Renews a file's modification time until the returned function is called, so that processes which cannot see this one know that it
 * still works. A file that is missing is ignored.
 */
export function keepAlive(path: string): () => void {
  paths.add(path);
  timer ??= setInterval(renew, HEARTBEAT_INTERVAL_MS).unref();
  return () => {
    paths.delete(path);
    if (paths.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function renew(): void {
  const now = new Date();
  for (const path of paths) utimes(path, now, now).catch(() => undefined);
}
