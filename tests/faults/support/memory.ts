import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * The largest resident set size above the one at the start, in bytes, looked at now and then while something is done, each time
 * when the garbage has been collected: how much of it V8 lets pile up before it does so by itself is up to V8, and no growth of ours.
 *
 * @param work may call what it is given, once, when it is under way: then that is the start, and what the runtime allows its heap at
 *   first is no growth
 */
export async function growthDuring(work: (underWay: () => void) => Promise<unknown>): Promise<number> {
  const look = () => {
    collectGarbage();
    return process.memoryUsage.rss();
  };
  let before = look();
  let largest = before;
  const timer = setInterval(() => {
    largest = Math.max(largest, look());
  }, 250);
  try {
    await work(() => {
      before = look();
      largest = before;
    });
  } finally {
    clearInterval(timer);
  }
  return Math.max(largest, look()) - before;
}
