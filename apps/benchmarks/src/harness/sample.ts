import type { Measure } from './target.js';

/** What one measurement gave. */
export interface Sample {
  /** Of the work alone where the program measures itself, of the whole process otherwise. */
  readonly wallMs: number;
  /** User and system time, all threads. */
  readonly cpuMs: number;
  /** Of the whole process. */
  readonly peakRssBytes: number;
  readonly operations: number;
  readonly bytes?: number;
  /** On disk; for contenders that are packages, of which nothing else is measured. */
  readonly sizeBytes?: number;
}

/** One figure of a sample, in the unit of its measure; durations per operation. */
export function figure(sample: Sample, measure: Measure): number {
  switch (measure) {
    case 'cpu':
      return sample.cpuMs / sample.operations;
    case 'wall':
      return sample.wallMs / sample.operations;
    case 'throughput':
      return (sample.bytes ?? Number.NaN) / 1e3 / sample.wallMs;
    case 'peakRss':
      return sample.peakRssBytes / 1e6;
    case 'size':
      return (sample.sizeBytes ?? Number.NaN) / 1e6;
  }
}
