import { Command } from 'commander';
import { forEachContainer } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';

export function killCommand(session: Session): Command {
  return new Command('kill')
    .description('send a signal to containers')
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .option('-s, --signal <name>', 'such as SIGHUP', 'SIGKILL')
    .action(async (names: string[], { signal: killSignal }: { readonly signal: string }) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('signals', 'kill');
      await forEachContainer(session, driver, names, {
        doing: `sending ${killSignal} to`,
        act: (container) => driver.killContainer(container, { killSignal: killSignal, ...callOptions }),
        report: (_, { id, name }) => output.item({ id, name, signal: killSignal }, `${killSignal} is sent to ${name}`),
      });
    });
}
