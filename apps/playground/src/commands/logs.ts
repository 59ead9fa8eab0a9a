import { findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import { oneLine } from '../output/terminal-text.js';
import type { Session } from '../session/session.js';
import { parseCount, parseInstant } from './arguments.js';

interface Flags {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: Date;
  readonly until?: Date;
  readonly timestamps?: boolean;
}

export function logsCommand(session: Session): Command {
  return new Command('logs')
    .description('show what a container wrote')
    .argument('<container>', 'name, id, or beginning of an id')
    .option('-f, --follow', 'go on until it ends')
    .option('--tail <lines>', 'only the last lines', parseCount)
    .option('--since <instant>', 'only from then on: an ISO 8601 time, or 10m', parseInstant)
    .option('--until <instant>', 'only before then', parseInstant)
    .option('-t, --timestamps', 'begin lines with their time')
    .action(async (name: string, { timestamps, ...options }: Flags) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      const container = await findContainer(driver, name, callOptions);
      for await (const entry of driver.getContainerLogs(container, { ...options, ...callOptions })) {
        if (output.json) output.item(entry, '');
        else {
          const time = timestamps && entry.timestamp !== undefined ? `${oneLine(entry.timestamp)} ` : '';
          output.bytes(`${time}${entry.message}\n`, entry.stream === 'stderr' ? 'stderr' : 'stdout');
        }
      }
    });
}
