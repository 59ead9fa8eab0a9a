import { setTimeout as sleep } from 'node:timers/promises';

/** What comes and goes by itself, whatever we do. */
const IGNORED: ReadonlySet<string> = new Set(['Immediate', 'TickObject', 'CloseReq', 'FSReqCallback', 'FSReqPromise', 'TTYWrap']);
const PATIENCE_MS = 5_000;

type Counts = ReadonlyMap<string, number>;

function openResources(): Counts {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (!IGNORED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function moreThan(before: Counts): string[] {
  return [...openResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind, count]) => `${count} × ${kind}`);
}

/**
 * Does something and gives the sockets, pipes and timers of this process that it leaves open; `[]` is none. Ones that close a
 * moment later do not count.
 */
export async function leftOpenBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = openResources();
  await work();
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = moreThan(before);
    if (left.length === 0 || performance.now() > until) return left;
    await sleep(20);
  }
}
