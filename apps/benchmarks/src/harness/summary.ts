import type { Row } from './row.js';
import type { ContenderResult, RowResult } from './run-row.js';
import { figure } from './sample.js';
import { pairwise, type Spread, spread } from './statistics.js';
import { describeTarget, type Measure, reached, type Target } from './target.js';

/** One line of a row's table. */
export interface ContenderSummary {
  readonly name: string;
  readonly role: ContenderResult['role'];
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly throughput?: Spread;
  readonly peakRss: Spread;
  /** MB on disk, where nothing else is measured. */
  readonly size?: number;
  /** Ratios to the row's floor, pairwise per round. */
  readonly toFloor?: Ratios;
  /** Ratios to the best peer; for ours only. */
  readonly toBestPeer?: Ratios & { readonly peer: string };
}

interface Ratios {
  readonly wall: number;
  readonly cpu: number;
}

export interface TargetOutcome {
  readonly target: string;
  readonly value: number;
  readonly reached: boolean;
}

export interface RowSummary {
  readonly contenders: readonly ContenderSummary[];
  readonly targets: readonly TargetOutcome[];
}

/** Turns samples into medians, spreads, ratios and targets. Targets whose contenders are not there are left out. */
export function summarise(row: Row, result: RowResult): RowSummary {
  const floor = result.contenders.find(({ role }) => role === 'floor');
  const peers = result.contenders.filter(({ role }) => role === 'peer');
  const best = peers.toSorted((a, b) => spreadOf(a, row.measure).median - spreadOf(b, row.measure).median)[0];
  return {
    contenders: result.contenders.map((contender) => ({
      name: contender.name,
      role: contender.role,
      wall: spreadOf(contender, 'wall'),
      cpu: spreadOf(contender, 'cpu'),
      ...(result.work.bytes === undefined ? {} : { throughput: spreadOf(contender, 'throughput') }),
      peakRss: spreadOf(contender, 'peakRss'),
      ...(row.measure === 'size' ? { size: spreadOf(contender, 'size').median } : {}),
      ...(floor === undefined || floor === contender ? {} : { toFloor: ratios(contender, floor) }),
      ...(best === undefined || contender.role !== 'ours' ? {} : { toBestPeer: { ...ratios(contender, best), peer: best.name } }),
    })),
    targets: row.targets.flatMap((target) => outcome(target, result)),
  };
}

function outcome(target: Target, result: RowResult): TargetOutcome[] {
  const find = (name: string) => result.contenders.find((contender) => contender.name === name);
  const contender = find(target.contender);
  const against = target.ratioTo ?? target.above;
  const other = against === undefined ? undefined : find(against);
  if (contender === undefined || (against !== undefined && other === undefined)) return [];
  const value =
    other === undefined
      ? spreadOf(contender, target.measure).median
      : pairwise(series(contender, target.measure), series(other, target.measure), (a, b) => (target.above === undefined ? a / b : a - b));
  return [{ target: describeTarget(target), value, reached: reached(target, value) }];
}

function ratios(contender: ContenderResult, other: ContenderResult): Ratios {
  const ratio = (measure: Measure) => pairwise(series(contender, measure), series(other, measure), (a, b) => a / b);
  return { wall: ratio('wall'), cpu: ratio('cpu') };
}

function series(contender: ContenderResult, measure: Measure): number[] {
  return contender.samples.map((sample) => figure(sample, measure));
}

function spreadOf(contender: ContenderResult, measure: Measure): Spread {
  return spread(series(contender, measure));
}
