import { findContainer } from '@cloud/container-core';
import { Command, Option } from 'commander';
import { containerLine } from '../output/container-text.js';
import type { Session } from '../session/session.js';

export function waitCommand(session: Session): Command {
  return new Command('wait')
    .description('wait until a container has come to a state')
    .argument('<container>', 'name, id, or beginning of an id')
    .addOption(new Option('--until <state>', 'what to wait for').choices(['running', 'healthy', 'stopped']).default('stopped'))
    .action(async (name: string, { until }: { readonly until: 'running' | 'healthy' | 'stopped' }) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      const found = await findContainer(driver, name, callOptions);
      const container = await output.waiting(`waiting until ${found.name} is ${until}`, () =>
        driver.waitForContainer(found, { until, ...callOptions }),
      );
      output.result(container, containerLine(container));
    });
}
