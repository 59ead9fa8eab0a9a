import { howToGet } from '../peers/how-to-get.js';
import { peerNames } from '../peers/peers.js';
import type { Machine } from './machine.js';
import { targetLine } from './report.js';
import type { Results } from './results.js';
import type { Row } from './row.js';
import type { RowResult } from './run-row.js';
import { summarise } from './summary.js';
import { markdownTable, tableOf } from './table.js';

/** The page of a run: the figures, how they were taken and how to take them again. */
export function page(rows: readonly Row[], results: Results): string {
  const measured = rows.flatMap((row) => results.rows.filter(({ name }) => name === row.name).map((result) => ({ row, result })));
  return `${[introduction(results.machine), summaryOfTargets(measured), ...measured.map(({ row, result }) => section(row, result))].join(
    '\n\n',
  )}\n`;
}

interface Measured {
  readonly row: Row;
  readonly result: RowResult;
}

function introduction({ processor, memoryGiB, system, versions }: Machine): string {
  return `# Performance

Measured beside what people would use instead, and beside a floor: the least code that does the same work without a library.
This page is written by the benchmarks from a full run; [what was tried, and what limits a figure](performance-notes.md) is
written by hand.

**Machine.** ${processor}, ${memoryGiB} GiB, ${system}. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

**Method.** Each measurement is a process of its own; servers run in processes of their own. Contenders take turns (A B C A B C …),
after a round that is not counted; tables show the median and the range of the rounds. Ratios are taken within each round, then the
median of them. CPU is user and system time of all threads of the contender. A program of ours or a Python peer measures its work
alone, after warm-up calls where a row repeats one call; a command-line peer is measured as a whole process, start-up included. Peak RSS
is that of the whole process, Node's own 45 MB included. All work is counted: a contender that read less than told has failed.

**To repeat it:** \`npm run bench -- --json docs/performance.json --markdown docs/performance.md\` (one row: \`npm run bench -- ROW\`; a broken-off
run goes on with \`--resume\`). It installs nothing; \`npm run bench -- --list\` says what is missing. All peers:

\`\`\`sh
${howToGet(peerNames).join('\n')}
\`\`\``;
}

function summaryOfTargets(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ row, result }) =>
    summarise(row, result).targets.map((outcome) => [
      `[${row.title}](#${row.name})`,
      targetLine(outcome),
      outcome.reached ? 'reached' : '**missed**',
    ]),
  );
  return `## Targets\n\n${markdownTable([['row', 'target → measured', ''], ...lines])}`;
}

function section(row: Row, result: RowResult): string {
  return [
    `<a id="${row.name}"></a>`,
    `## ${row.title}`,
    row.about,
    `Per ${row.operation}; ${result.rounds === 1 ? 'one round' : `${result.rounds} rounds`}, ${result.date.slice(0, 10)}.`,
    markdownTable(tableOf(summarise(row, result))),
    ...(result.missing.length === 0 ? [] : [`Left out, since it was not installed: ${result.missing.join(', ')}.`]),
    ...result.failures.map(({ name, reason }) => `${name} did not do the work: ${reason.split('\n')[0]}`),
  ].join('\n\n');
}
