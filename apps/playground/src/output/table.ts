import Table from 'cli-table3';
import type { Colours } from './colours.js';
import { TerminalText } from './terminal-text.js';

/** One column of a table: its heading and what it shows of a row. */
export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string | number | undefined;
  readonly align?: 'right';
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lays rows out in columns without lines, so that `grep` and `awk` can read them too. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[], colours: Colours): TerminalText {
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  table.push(columns.map(({ heading }) => String(colours.bold(heading))));
  for (const row of rows) table.push(columns.map(({ value }) => String(colours.word(String(value(row) ?? '')))));
  // Cells come from providers and are neutralised by their colour; only words that we know have one.
  const lines = table.toString().split('\n');
  return TerminalText.trusted(lines.map((line) => line.trimEnd()).join('\n'));
}
