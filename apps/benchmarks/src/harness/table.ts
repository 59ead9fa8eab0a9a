import { duration, significant, withSpread } from './format.js';
import type { ContenderSummary, RowSummary } from './summary.js';

/** A row's figures as cells, header first. */
export function tableOf(summary: RowSummary): string[][] {
  return summary.contenders.some(({ size }) => size !== undefined) ? tableOfSizes(summary) : tableOfTimes(summary);
}

function tableOfSizes({ contenders }: RowSummary): string[][] {
  return [['package', 'size'], ...contenders.map(({ name, size }) => [name, size === undefined ? '' : `${significant(size)} MB`])];
}

function tableOfTimes({ contenders }: RowSummary): string[][] {
  const throughput = contenders.some((contender) => contender.throughput !== undefined);
  const floor = contenders.some(({ toFloor }) => toFloor !== undefined);
  const peer = contenders.some(({ toBestPeer }) => toBestPeer !== undefined);
  const header = [
    'contender',
    'wall (min–max)',
    'CPU (min–max)',
    ...(throughput ? ['MB/s'] : []),
    'peak RSS',
    ...(floor ? ['wall × floor', 'CPU × floor'] : []),
    ...(peer ? ['wall, CPU × best peer'] : []),
  ];
  const line = (contender: ContenderSummary) => [
    contender.name,
    withSpread(contender.wall, duration),
    withSpread(contender.cpu, duration),
    ...(throughput ? [contender.throughput === undefined ? '' : significant(contender.throughput.median)] : []),
    `${significant(contender.peakRss.median)} MB`,
    ...(floor ? [ratio(contender.toFloor?.wall), ratio(contender.toFloor?.cpu)] : []),
    ...(peer ? [toPeer(contender)] : []),
  ];
  return [header, ...contenders.map(line)];
}

function ratio(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}

function toPeer({ toBestPeer }: ContenderSummary): string {
  return toBestPeer === undefined ? '' : `${ratio(toBestPeer.wall)}, ${ratio(toBestPeer.cpu)} (${toBestPeer.peer})`;
}

/** Cells as columns for a terminal. */
export function plainTable(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0));
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** Cells as a Markdown table. */
export function markdownTable([header = [], ...lines]: readonly (readonly string[])[]): string {
  const rule = header.map((_, column) => (column === 0 ? '---' : '--:'));
  return [header, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
