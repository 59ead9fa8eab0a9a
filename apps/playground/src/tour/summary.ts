import type { Colours } from '../output/colours.js';
import { humanDuration } from '../output/human.js';
import type { Column } from '../output/table.js';
import { type TerminalText, terminalText } from '../output/terminal-text.js';
import type { StepResult } from './step.js';

/** What the tour found at one provider. */
export interface Visit {
  readonly provider: string;
  readonly about: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly steps: readonly StepResult[];
}

/** A table of steps by providers, with times. */
export function summaryTable(visits: readonly Visit[]): { readonly rows: readonly string[]; readonly columns: readonly Column<string>[] } {
  const names = [...new Set(visits.flatMap(({ steps }) => steps.map(({ name }) => name)))];
  return {
    rows: [...names, 'all'],
    columns: [
      { heading: 'STEP', value: (name) => name },
      ...visits.map(
        (visit): Column<string> => ({ heading: visit.provider.toUpperCase(), value: (name) => cell(visit, name), align: 'right' }),
      ),
    ],
  };
}

function cell(visit: Visit, name: string): string {
  if (name === 'all') return visit.ok ? humanDuration(visit.milliseconds) : 'failed';
  const step = visit.steps.find((candidate) => candidate.name === name);
  if (step === undefined) return 'not reached';
  return step.outcome === 'done' ? humanDuration(step.milliseconds) : step.outcome;
}

/** One line about a step that is over. */
export function stepLine({ name, outcome, milliseconds, detail }: StepResult, colours: Colours): TerminalText {
  const sign = { done: colours.green('✓'), unsupported: colours.dim('–'), failed: colours.red('✗') }[outcome];
  const begin = terminalText`  ${sign} ${name.padEnd(20)} ${humanDuration(milliseconds).padStart(8)}`;
  return detail === '' ? begin : terminalText`${begin}   ${colours.dim(detail)}`;
}
