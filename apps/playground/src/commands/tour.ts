import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { FAILURE } from '../exit-codes.js';
import { terminalText } from '../output/terminal-text.js';
import type { Session } from '../session/session.js';
import { recordSteps, type StepResult } from '../tour/step.js';
import type { Stop } from '../tour/stop.js';
import { STOPS } from '../tour/stops.js';
import { stepLine, summaryTable, type Visit } from '../tour/summary.js';
import { tourProgram } from '../tour/tour-program.js';

const PROGRAM = 'apps/playground/src/tour/tour-program.ts';

export function tourCommand(session: Session): Command {
  return new Command('tour').description('run one program on every provider that can run here').action(async () => {
    const { output } = session;
    const { bold, dim } = output.colours;
    output.text(terminalText`${bold('One program, any provider.')} ${PROGRAM} knows none of these providers; it runs on each.\n`);
    const visits: Visit[] = [];
    const skipped: { readonly provider: string; readonly reason: string }[] = [];
    for (const find of STOPS) {
      session.signal.throwIfAborted();
      const stop = await find(session);
      if (stop === undefined) continue;
      if ('reason' in stop) {
        skipped.push({ provider: stop.title, reason: stop.reason });
        output.text(terminalText`${bold(stop.title)} ${dim(`skipped: ${stop.reason}`)}\n`);
      } else visits.push(await visit(session, stop));
    }
    const ok = visits.every((each) => each.ok);
    const { rows, columns } = summaryTable(visits);
    if (output.json) output.result({ program: PROGRAM, ok, visits, skipped }, '');
    else output.table(rows, columns);
    output.text(
      terminalText`\n${ok ? `The same program ran on ${visits.map(({ provider }) => provider).join(', ')}` : 'Not all went well'}: ${PROGRAM}`,
    );
    session.exitCode = ok ? 0 : FAILURE;
  });
}

async function visit({ output, signal }: Session, stop: Stop): Promise<Visit> {
  output.text(terminalText`${output.colours.bold(stop.title)} ${output.colours.dim(stop.about)}`);
  const began = performance.now();
  const steps: StepResult[] = [];
  const step = recordSteps(signal, (result) => {
    steps.push(result);
    output.text(stepLine(result, output.colours));
  });
  let ok = true;
  try {
    await tourProgram(stop.driver, step, `tour-${randomBytes(4).toString('hex')}`);
  } catch (error) {
    if (signal.aborted) throw error;
    ok = false;
    // Told by its step; what failed outside of one is not.
    if (!steps.some(({ outcome }) => outcome === 'failed')) output.problem({}, error instanceof Error ? error.message : String(error));
  } finally {
    await stop.leave();
  }
  output.text('');
  return { provider: stop.title, about: stop.about, ok, milliseconds: performance.now() - began, steps };
}
