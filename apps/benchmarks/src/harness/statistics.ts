/** Median and spread of repeated measurements. */
export interface Spread {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), minimum: Math.min(...values), maximum: Math.max(...values) };
}

/** Combines two series round by round, so that what slowed a whole round down cancels out; the median of that. */
export function pairwise(ours: readonly number[], other: readonly number[], combine: (a: number, b: number) => number): number {
  return median(ours.slice(0, other.length).map((value, round) => combine(value, other[round] ?? Number.NaN)));
}
