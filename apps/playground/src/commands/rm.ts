import { Command } from 'commander';
import { forEachContainer } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';

export function rmCommand(session: Session): Command {
  return new Command('rm')
    .description('remove containers, running or not, with all that deploying them made')
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      await forEachContainer(session, driver, names, {
        doing: 'removing',
        act: (container) => driver.destroyContainer(container, callOptions),
        report: async (_, container) => {
          await session.recipes.forget(container);
          output.item({ id: container.id, name: container.name, removed: true }, `${container.name} is removed`);
        },
      });
    });
}
