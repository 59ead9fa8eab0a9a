import { findContainer } from '@cloud/container-core';
import { Command } from 'commander';
import type { Session } from '../session/session.js';

export function killCommand(session: Session): Command {
  return new Command('kill')
    .description('send a signal to a container')
    .argument('<container>', 'name, id, or beginning of an id')
    .option('-s, --signal <name>', 'such as SIGHUP', 'SIGKILL')
    .action(async (name: string, { signal: signalName }: { readonly signal: string }) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('signals', 'kill');
      const container = await findContainer(driver, name, callOptions);
      await driver.killContainer(container, { signalName, ...callOptions });
      output.result({ id: container.id, name: container.name, signal: signalName }, `${signalName} is sent to ${container.name}`);
    });
}
