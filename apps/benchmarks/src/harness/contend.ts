import { readInput, report } from './child-process-side.js';
import { peakRssBytes } from './peak-rss.js';
import type { Work } from './row.js';

/** The work of one contender, ready to be done once. */
export interface Contest {
  /** Not measured: fills caches, opens connections, lets the compiler see the code. */
  warmUp?(): Promise<unknown>;
  /** Measured. Says how much was done, as counted, not as asked for. */
  run(): Promise<Work>;
  close?(): unknown;
}

/** The main function of a contender's process. */
export async function contend<Input>(prepare: (input: Input) => Contest | Promise<Contest>): Promise<void> {
  const contest = await prepare(readInput<Input>());
  await contest.warmUp?.();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const work = await contest.run();
  const wallMs = performance.now() - started;
  const cpu = process.cpuUsage(cpuBefore);
  report({ wallMs, cpuMs: (cpu.user + cpu.system) / 1000, peakRssBytes: peakRssBytes(), ...work });
  await contest.close?.();
}

/** A contest of the same call over and over: a tenth of it as warm-up. */
export function repeated(operations: number, call: (index: number) => Promise<unknown>): Pick<Contest, 'warmUp' | 'run'> {
  const times = async (count: number) => {
    for (let index = 0; index < count; index += 1) await call(index);
  };
  return {
    warmUp: () => times(Math.ceil(operations / 10)),
    run: async () => {
      await times(operations);
      return { operations };
    },
  };
}
