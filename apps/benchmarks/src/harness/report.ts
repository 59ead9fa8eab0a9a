import { significant } from './format.js';
import type { Row } from './row.js';
import type { RowResult } from './run-row.js';
import { summarise, type TargetOutcome } from './summary.js';
import { plainTable, tableOf } from './table.js';

/** A row's result for the terminal. */
export function report(row: Row, result: RowResult): string {
  const summary = summarise(row, result);
  return [
    `${row.name}: ${row.title} (per ${row.operation}, ${result.rounds} rounds)`,
    plainTable(tableOf(summary)),
    ...result.unavailable.map(({ name, reason }) => `Left out ${name}: ${reason}`),
    ...result.failures.map(({ name, reason }) => `FAILED ${name}: ${reason}`),
    ...summary.targets.map((outcome) => `${outcome.reached ? 'reached' : 'MISSED '} ${targetLine(outcome)}`),
    '',
  ].join('\n');
}

/** `ours: CPU ≤ 1.2 × node:http → 1.13`. */
export function targetLine({ target, value }: TargetOutcome): string {
  return `${target} → ${significant(value)}`;
}
