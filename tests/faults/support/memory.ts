/**
 * The largest resident set size above the one at the start, in bytes, looked at now and then while something is done.
 *
 * @param work may call what it is given, once, when it is under way: then that is the start, and what the runtime allows its heap at
 *   first is no growth
 */
export async function growthDuring(work: (underWay: () => void) => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  let before = process.memoryUsage.rss();
  let largest = before;
  const timer = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage.rss());
  }, 20);
  try {
    await work(() => {
      before = process.memoryUsage.rss();
      largest = before;
    });
  } finally {
    clearInterval(timer);
  }
  return Math.max(largest, process.memoryUsage.rss()) - before;
}
