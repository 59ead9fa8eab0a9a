import { readFile, writeFile } from 'node:fs/promises';
import { type Machine, thisMachine } from './machine.js';
import type { RowResult } from './run-row.js';

/** All that was measured, on one machine. */
export interface Results {
  readonly machine: Machine;
  readonly rows: readonly RowResult[];
}

/** What a file has, or nothing yet; results of another machine are not added to. */
export async function readResults(file: string | undefined): Promise<Results> {
  const machine = await thisMachine();
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { machine, rows: [] };
  const earlier = JSON.parse(text) as Results;
  return { machine, rows: earlier.machine.processor === machine.processor ? earlier.rows : [] };
}

export function withRow(results: Results, row: RowResult): Results {
  return { ...results, rows: [...results.rows.filter(({ name }) => name !== row.name), row] };
}

export async function writeText(file: string, text: string): Promise<void> {
  await writeFile(file, text);
}
