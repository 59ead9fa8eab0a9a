/** What a target is about; throughput in MB/s, CPU and wall per operation in milliseconds, peak RSS and size on disk in MB. */
export type Measure = 'cpu' | 'wall' | 'throughput' | 'peakRss' | 'size';

/** A figure to reach, in absolute terms or against another contender of the same row. */
export interface Target {
  readonly contender: string;
  readonly measure: Measure;
  /** As a ratio to this contender, pairwise per round. */
  readonly ratioTo?: string;
  /** As a difference from this contender, pairwise per round. */
  readonly above?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

const units: Readonly<Record<Measure, string>> = { cpu: 'ms CPU', wall: 'ms', throughput: 'MB/s', peakRss: 'MB RSS', size: 'MB' };
const nouns: Readonly<Record<Measure, string>> = { cpu: 'CPU', wall: 'wall', throughput: 'throughput', peakRss: 'peak RSS', size: 'size' };

/** `ours: CPU ≤ 1.2 × node:http`. */
export function describeTarget(target: Target): string {
  const bound = target.atMost === undefined ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  if (target.ratioTo !== undefined) return `${target.contender}: ${nouns[target.measure]} ${bound} × ${target.ratioTo}`;
  if (target.above !== undefined) {
    return `${target.contender}: ${target.above} ${bound.replace('≤ ', '≤ +').replace('≥ ', '≥ +')} ${units[target.measure]}`;
  }
  return `${target.contender}: ${bound} ${units[target.measure]}`;
}

export function reached(target: Target, value: number): boolean {
  return (target.atMost === undefined || value <= target.atMost) && (target.atLeast === undefined || value >= target.atLeast);
}
