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

const units: Readonly<Record<Measure, string>> = { cpu: 'ms', wall: 'ms', throughput: 'MB/s', peakRss: 'MB', size: 'MB' };
const nouns: Readonly<Record<Measure, string>> = { cpu: 'CPU', wall: 'wall', throughput: 'throughput', peakRss: 'peak RSS', size: 'size' };

/** `ours: CPU ≤ 1.2 × node:http`. */
export function describeTarget({ contender, measure, ratioTo, above, atMost, atLeast }: Target): string {
  const [sign, bound] = atMost === undefined ? ['≥', atLeast] : ['≤', atMost];
  if (ratioTo !== undefined) return `${contender}: ${nouns[measure]} ${sign} ${bound} × ${ratioTo}`;
  if (above !== undefined) return `${contender}: ${nouns[measure]} ${sign} ${above} + ${bound} ${units[measure]}`;
  return `${contender}: ${measure === 'throughput' ? '' : `${nouns[measure]} `}${sign} ${bound} ${units[measure]}`;
}

export function reached(target: Target, value: number): boolean {
  return (target.atMost === undefined || value <= target.atMost) && (target.atLeast === undefined || value >= target.atLeast);
}
