import { EngineUnavailable } from '@cloud/test-engines';
import type { BenchmarkOptions } from './command-line.js';
import { page } from './harness/page.js';
import { report } from './harness/report.js';
import { type Results, readResults, withRow, writeText } from './harness/results.js';
import type { Row } from './harness/row.js';
import { type RowResult, runRow } from './harness/run-row.js';
import { howToGet } from './peers/how-to-get.js';
import { rows } from './rows/index.js';

/** Measures what was asked for, row by row; resolves with the exit code: 1 when one of ours or a floor did not do its work. */
export async function runBenchmarks(options: BenchmarkOptions): Promise<number> {
  let results = await readResults(options.json);
  const wanted = rows.filter(({ name }) => options.rows.length === 0 || options.rows.includes(name));
  const measured: RowResult[] = [];
  for (const row of wanted.filter((candidate) => !(options.resume && isDone(results, candidate, options)))) {
    const result = await measureRow(row, options);
    if (result === undefined) continue;
    measured.push(result);
    console.log(report(row, result));
    results = withRow(results, result);
    if (options.json !== undefined) await writeText(options.json, `${JSON.stringify(results, null, 1)}\n`);
  }
  if (options.markdown !== undefined) await writeText(options.markdown, page(rows, results));
  sayWhatIsMissing(measured);
  return measured.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function isDone(results: Results, row: Row, options: BenchmarkOptions): boolean {
  return results.rows.some(({ name, size, rounds }) => name === row.name && size === options.size && rounds >= roundsOf(row, options));
}

function roundsOf(row: Row, { size, rounds }: BenchmarkOptions): number {
  return size === 'full' ? (row.rounds ?? rounds) : rounds;
}

async function measureRow(row: Row, options: BenchmarkOptions): Promise<RowResult | undefined> {
  const progress = process.stderr.isTTY ? (sentence: string) => process.stderr.write(`\x1b[2K\r${sentence}`) : () => {};
  try {
    const warmUpRound = options.size === 'full' && row.rounds === undefined;
    return await runRow(row, { size: options.size, rounds: roundsOf(row, options), warmUpRound, onProgress: progress });
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    console.log(`${row.title}: left out, since ${error.message}\n`);
    return undefined;
  } finally {
    progress('');
  }
}

function sayWhatIsMissing(measured: readonly RowResult[]): void {
  const missing = [...new Set(measured.flatMap((result) => result.missing))];
  if (missing.length === 0) return;
  console.log([`Peers left out because they are not here: ${missing.join(', ')}. To get them:`, ...howToGet(missing)].join('\n  '));
}
