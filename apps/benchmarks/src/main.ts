import { availableParallelism } from 'node:os';
import { parseBenchmarkArguments } from './command-line.js';
import { listEverything } from './listing.js';
import { runRow } from './harness/run-row.js';
import { summarise } from './harness/summary.js';
import { plainTable, tableOf } from './harness/table.js';
import { rows } from './rows/index.js';

void availableParallelism;
const options = parseBenchmarkArguments(process.argv.slice(2));
void listEverything;
for (const row of rows.filter(({ name }) => options.rows.length === 0 || options.rows.includes(name))) {
  const result = await runRow(row, { size: options.size, rounds: options.rounds, warmUpRound: options.size === 'full', onProgress: (s) => process.stderr.write(`\x1b[2K\r${s}`) });
  process.stderr.write('\x1b[2K\r');
  const summary = summarise(row, result);
  console.log(row.title);
  console.log(plainTable(tableOf(summary)));
  for (const f of result.failures) console.log('FAILED', f.name, f.reason);
  for (const t of summary.targets) console.log(t.target, t.value, t.reached);
}
