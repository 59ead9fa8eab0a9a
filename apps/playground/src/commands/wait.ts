import { Command, Option } from 'commander';
import { refuseFailed } from '../deploy/prove-running.js';
import { containerLine } from '../output/container-text.js';
import { forEachContainer } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';

export function waitCommand(session: Session): Command {
  return new Command('wait')
    .description('wait until containers have come to a state')
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .addOption(new Option('--until <state>', 'what to wait for').choices(['running', 'healthy', 'stopped']).default('stopped'))
    .action(async (names: string[], { until }: { readonly until: 'running' | 'healthy' | 'stopped' }) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      await forEachContainer(session, driver, names, {
        doing: `waiting until ${until}:`,
        act: async (found) => {
          const container = await driver.waitForContainer(found, { until, ...callOptions });
          // It also has been running when it has failed since.
          if (until !== 'stopped') refuseFailed('wait', container);
          return container;
        },
        report: (container) => output.item(container, containerLine(container)),
      });
    });
}
